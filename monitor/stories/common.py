"""The commonest English headwords, the commonest first: what a word is worth before any article was read.

Derived from the word lists of zxcvbn (frequencies of Wikipedia and of subtitles; MIT licence, Copyright (c) Dropbox,
Inc. and the authors of its Python port), the two lists taken in turn and put into dictionary form.
"""

from __future__ import annotations

RANK_OF = {
    word: rank
    for rank, word in enumerate(
        """
the you of i and to in that be it for what as this on know with by no he have at my from his just a not do are which
your we also so or but all well first oh one about their right its after get new here who out they going two like her
yeah she if can other up when want time think during there now into go school more how may year over why only see come
most good would really world look city will some okay where back between later mean three tell state such hey then
national could use make yes known something under because many say university take unite way while little part season
need team gonna never american than too film second born sure south our become sorry war let through thing being maybe
include down both man before very north high should however anything people family much early any history even album
off area please doing series thank against give until thought since help district talk county god name still work wait
life find group nothing music again following number company several call four great play better release ever career
night league away game believe government feel house everything each base fine day last same keep won put station
around club stop international town locate guy population general always college listen east found age huh march end
big september lot begin happen home thanks public church try line kind june wrong river talking member guess system
care place bad century mom band remember july getting york january together october dad song leave august understand
best former actually british hear party baby nice hold father village else show stay local november course service
might december mind build every another enough major within hell along someone five single whole due yourself although
idea small ask old must left coming final looking large woman room building serve tonight president real receive son
hope death february hmm main happy third pretty set saw child girl own sir order friend species already park saying
law next air job publish problem road minute die thinking book honey army matter often myself accord education exactly
central country probably division english top hurt boy development dead french gotta community alone among excuse
water start kill side hard list times today near car late ready form without original different center wanna power yet
lead student deal german once move gan court morning six suppose land council head island stuff worry record live
million truth research face art forget establish true award cause street soon military television telling given wife
region support chance western run production non anyone political person point bye cup somebody period heart business
miss making meet various anyway election phone using reason england damn role lose produce bring program case turn
field wish total tomorrow office kid class trust write check association change radio anymore union least level
championship working director few taking force means create brother department hate ago married beautiful though per
fact crazy site sit open afraid act important short rest society fun version royal word present watch northern glad
everyone professional sister full return everybody join bit story couple france whoa european either currently mrs
language feeling social daughter california wow india design break promise further door round close australia hand
easy san question project control far southern walk railway board mine popular continue hospital free anybody battle
alright consider wedding video shut common able position living perfect half stand playing hit red waiting post dinner
describe funny average husband almost special pay modern answer appear cool announce eye news rock elect yours moment
example sleep term read similar sound sonny route pick census sometimes current bed date originally plan lake hour
develope race himself serious shit addition behind information inside upon ahead province week match wonderful event
fight past result cut quite win eastern sick track eat teams nobody science human save construction seem minister
finally germany available upset throughout carly training style body museum sort australian safe health seven leaving
sign front chief shot eventually love appoint asking sea running centre clear debut figure tour hot felt media parent
light drink range absolutely character across daddy feature sweet alive sense indian network less bet performance
blood player refer kidding europe lie sell meeting festival dear usually seeing despite fault ten committee buy
process speak official lady episode jen institute stage christmas follow outside perform hang japanese possible
personal worse thus mistake ooh space handle low spend month totally giving china study marriage middle realize
magazine unless leading sex japan send aircraft scare picture federal civil ass hundred model coach completely
canadian explain certainly remain eight type relationship independent complete hair capital lying academy choice
instead anywhere kingdom future organization weird luck competition sport touch size kiss above crane section finish
obviously gold wonder involve pain report calling management somewhere throw industry straight direct cold market fast
fourth movement food technology none bank drive ground campaign marry lower drop cannot rather dream add protect
provide twenty coast surprise grand sweetheart historic poor valley conference mad bridge except winning gun
approximately dance chinese appreciate degree especially russian situation besides native pull female replace worth
municipality sheridan square amazing studio expect medical swear data piece african busy successful happening mid
movie bay attack catch previous perhaps operation step spanish fall theatre watching republic darling beginning dog
honor ship moving primary till admit writing tournament murder culture introduce evil texas definitely relate natural
honest governor broke reach ireland longer unit dollar senior tire decide evening italian starting whose entire trip
africa niles standard income calm professor imagine fair regional los blame sitting favor active apartment novel
terrible energy clean generally learn interest frasier via relax economic accident previously wake prove itself smart
channel message below missing leader traditional table trade nbsp structure mouth limited pregnant ring prior careful
regular shall famous dude saint ride navy foreign wear shoot artist stick catholic airport angry parliament collection
standing officer forgive goal jail attend wearing command staff kinda commission lunch cristian location greenlee
commercial phoebe foundation thousand significant ridge paper medal tough self tape score count boyfriend highway
proud activity agree birthday wide musical share notable offer library hurry numerous foot paris towards decision
individual allow plant voice property herself annual contract mess whom deserve evidence initially cute require dress
assembly hotel enjoy rural quiet seat concern practice staying defeat beat sweetie soviet mention length clothes fell
manager neither press mmm associate fix author respect issue prison additional attention holding lord zealand policy
bar engine keeping township gift note historical putting dark financial owe religious ice mission helping contain
normal nine aunt recent lawyer represent apart pennsylvania administration jax opening girlfriend secretary floor
whether executive box youth judge upstairs theory sake writer mommy italy possibly angeles worst appearance acting
accept queen blow launch strange legal conversation enter plane mama edition yesterday singer greek quick majority
lately background source difference anti store cultural complex doubt recording listening stadium walking cop operate
deep particularly dangerous basketball buffy sleeping chloe port rafe castle mostly card crime fort gentleman select
willing increase window status earth guilty subsequently pacific fighting cover difficult variety soul certain joke
favorite remains uncle upper congress bother seriously cell irish knowing nature particular advice loss somehow chart
losing push killing era boss retire material innocent review rule rate thirty risk letting speaking ridiculous
afternoon product apologize speed nervous democratic charge poland patient parish boat olympics hide themselves
detective temple planning wing huge genus breakfast household horrible serving awful cost pleasure wale driving
hanging pass view quit apparently dying actor notice male congratulation visit star letter administrative forward
median fool effect biography smell train engineering spell camp memory chairman slow mainly hungry hearing surface
kitchen therefore nearly ancient kick subject grab prime discuss fifty claim reading experience idiot specific
suddenly jewish agent fail destroy overall buck shoe plot peace troop arm demon spain livvie consist broadcast heavy
incredible witch raise drunk separate attorney campus knock nose compose skye recently influence fifth jealous nation
drug creek reference plenty britain extra double outta cast weekend meaning earn gosh carry opportunity producer
impossible latter waste housing pretend jump attempt eating article proof response border arrest breathe nearby
perfectly warm value twice worker politician goin academic dating label suit romantic commander comfortable fellow
resident authority divorce editor transport ourselves dutch closer ruin responsible smile laugh territory treat flight
fear defense otherwise tower excite emperor mail hiding facility stole daily pacey assistant fire manage excellent
primarily bringing quality bottom function propose sudden distribution bathroom condition honestly prize sing journal
code remind vice newspaper witness corps finding highly tree construct dare mayor hardly critical secondary steal
corporation silly rugby contact regiment teach ohio shop plus colonel fresh trial multiple invite discover roll
directly scene dirty choose growth emergency element acquire butt credit obvious physical lock loving latin nut host
jersey prue graduate goodbye arrive guard literature fuckin metal grow estate cake vote mood immediately crap quickly
crying asian belong compete partner extend trick pressure urban taste promote neck contemporary nurse global formerly
industrial whoever drinking opera ministry breaking soldier file commonly mass wine formation spot typically assume
drama asleep shortly turning density viki senate bedroom shower iran nikolas polish camera prominent fill naval
settlement forty divide bigger basis nope republican breath doctor distance pants treatment freak folk mile cream wild
footballer truly format desk convince leadership client initial operating spending avenue officially shirt columbia
chair grade rough squadron doin fleet percent ought farm empty wind agreement aware likely dealing equipment pack
website tight mount hurting guest method transfer salem intend confuse rename surgery iron asia deacon reserve
unfortunately capacity goddamn politics bottle widely beyond whenever advance pool relation opinion scottish dedicate
jerk crew secret founder falling necessary lack barely amount dancing test effort copy concept cousin ahem twelve tess
positive skin economy fifteen entertainment speech affair memorial complicate ability nowhere illinois escape color
restaurant text grateful railroad usual scientific burn focus address comedy someplace screw exchange everywhere
environment regret goodness direction organize detail firm responsibility description suspect agency corner analysis
hero purpose dumb terrific reception whoo hole reveal infantry architecture tooth growing bite stenbeck candidate liar
remove showing situate desperate knowledge search solo pathetic technical spoke assign marah conduct afford
participate settle largely purchase checking register hire gain combine headquarters adopt alcazar potential champagne
protection connection scale ticket approach happiness spread independence kissing mountain title personally geography
suggest apply prepare safety onto mixe downstairs capture loose rail holy duty principal recognize throwing lieutenant
leg semi loud owner saturday joint liberal actress warning traffic miracle creation carrying basic blind ugly unique
shopping supreme declare sight simply bride coat sales clearly massachusetts celebrate designate brilliant jazz
forrester compare lip custody resource buying concert toast learning reality teaching lexie attitude content advantage
alongside grandfather revolution sami grandma block someday premier roof impact champion powerful generation
grandmother estimate fake volume image exciting account familiar bomb bout quarter harmony schedule zone capable yard
practically scoring correct clue presence appointment representative threat split bloody lonely origin shame olympic
jacket hook critic scary investigation occur suffer shooting municipal lesson damage criminal define victim funeral
respectively expand burning platform strength draft opposition educational shock ontario pushing climate heat
chocolate atlantic miserable surrounding corinthos performing nightmare reduce rank zander crash birth nominate
sending young newly healthy kong boring feed theater engage philadelphia heritage knife disease drag sixth badly paint
constitution pardon tradition behavior swedish closet theme warn fiction gorgeous rome milk medicine survive dump
existing rent deputy environmental thanksgiving labour rain classical revenge develop prefer fan spare grant pray
disappear alternative aside statement nuclear sometime fame meat bury fantastic connect breathing identify laughing
palace ours combat depend jury brave inspire finger explanation conservative blah animal strong labor handsome
unbelievable anytime shake steel oakdale wherever orchestra pulling peak entitle lousy circumstance disappoint
northwest weak imperial convention license nothin ocean trash publication understanding painting slip subsequent
frequently awake religion friendship brigade stomach fully weapon threaten mystery cemetery vegas relatively basically
switch succeed frankly achieve cheap application lifetime programme deny clock garbage promotion tear ear supply
indeed flying changing communist singing tiny literary decent netherlands avoid korea worldwide citizen faculty exact
draw pill stock harm occupy fortune pretending unknown insurance fancy drove audience sweden lorelai interview lift
obtain timing guarantee chest mark funding heading challenge selfish southeast unlike doll crown commit rise elevator
portion freeze transportation noise sector wasting phase ceremony uncomfortable edge staring tropical bike institution
stress philosophy permission legislative hill possibility brand borrow fund fabulous conflict unable screaming
founding bone refuse xander metre meal permanent apology anger honeymoon bail effective parking fixe extensive wash
employ enemy sensitive expansion stealing billboard photo battalion multi comfort vehicle worrying pocket alliance
mateo category bleeding shoulder federation ignore poetry talent bronze tie garage entry bureau maximum billion rude
crack intelligence radar screen soft meantime gimme gallery injury fate confirm concentrate setting throat treaty prom
adult americans broadcasting ashamed supporting somethin pilot mobile guilt interrupt programming guts existence
tongue squad minnesota basement sentence korean purse provincial glass cabin defence universe repeat agricultural
mirror internal wound core travers northeast tall retirement engagement factory therapy action emotional prevent jeez
communication ending soup weekly thrill stake chef interior extremely weight bowl expensive recognition counting
incorporate kidnap ultimately cleaning documentary shift derive plate impress lyric mexican trap external aidan charm
metropolitan attractive selling argue oppose personnel whip mill embarrass package presidential hitting bust stair
norwegian alarm pure nail rear nerve incredibly wrestling dirt stamp composer terribly friendly developing damned
circuit specifically suffering disgust stopping canal deliver wisconsin riding publishing approve disaster domestic
consisted cross determine comic establishment egg exhibition chick southwest fuel electronic cape confession convert
educate bags melbourne impression gate reputation norway chat slightly argument surname talkin identity crowd homework
constituency coincidence cancel pride link solve hopefully athletic pound bird pine contest mate user illegal poet
generous outfit display maid bath rare punch begging motion recall piano temperature wheel passenger defend contribute
toward painful cathedral yourselves inhabitant maris architect exist suspicious athletics cooking muslim button
abandon sixty signal pity successfully yelling disambiguation awhile tennessee confidence dynasty offering heavily
maryland panic jew hers gettin budget weather grandpa missouri testify introduction cruel pair mental chapel reform
coma height cutting vietnam proteus motor expert cambridge benefit seek toilet sneak shape halloween invasion privacy
chemical smoking importance twin selection swing regard solid option voivodeship commitment maintain crush borough
ambulance failure wallet gang passing eleven agriculture oregon laundry teacher assure flow philippines skip trail
seventh discussion portuguese clinic resistance betray reaching negative bore fashion mansion soda downtown sheriff
suite skill load notably studying typical romance incident procedure assignment decade suicide composition commune
swim chain yell llanview austria chasing sale proper employee humor chamber winner giant latest task investment
colonial swiss insist dropping entirely cheer flag medication flesh closely routine entrance sandwich lay journalist
false coal beating equal warrant awfully turkish odd quebec treating technique thin junction fever easily sweat silent
kentucky clever singapore sweater residence mall violence sharing survey judgment goodnight express surely distinguish
confess qualify math comin egypt artillery vulnerable visual bless improve dreaming actual chip finishing zero medium
piss protein nate switzerland knee poverty chill neighborhood brain organisation unusual consecutive cure partnership
lookin extension grave reaction cheating factor locker device awkward ethnic thursday racial joking flat reasonable
object dozen chapter curse quartermaine musician dessert controversy rolling membership merge alien delicious
expedition closing vampire arab tail secure salad mining murderer bachelor spit crisis offense joining dust conscience
bread distribute habitat lame invitation arena grief cycle smiling pregnancy briefly prisoner vocal delivery virus
shrink freezing install wreck adjacent massimo demand wire technically causing anxious cave holiday opposite caring
candle formal bound pulse jumping wave boom israeli occasion ncaa silence resign nonsense brief frighten greece
combination dimera demographics blowing historian kidnapping commonwealth spin tool collect roxy packing louisiana
session wrap cabinet obsess parliamentary fruit electoral torture loan personality profit regularly fairy conservation
necessarily islamic seventy print motel underwear residential gram exhaust believing carefully moth trace item
touching grey recovery anniversary intention criticism consequence belt discovery sacrifice observe courage
underground progress attract additionally testimony intense heal elementary unfair relieve iraq loyal resolution
slowly buzz tank alcohol hollywood psychiatrist finance plain queensland attic reign uniform iowa terrify landing
broad zach outstanding circle fella path manufacturing satisfy assistance imagination sequence gmina headache crossing
forgetting counselor universal andie king badge attach naturally medieval metro appropriate colony trunk affect dunno
scholar costume oklahoma sixteen coastal impressive soundtrack kicking junk definition meanwhile trophy marketing
popularity starving cable instinct mathematics happily mississippi scheme stranger appeal surveillance distinct admire
questioning acid barn roughly deeply terminal economics senator tense diocese prix contrast roommate argentina mortal
czech fascinating relief arrangement agenda literally honesty accused underneath whilst sauce equivalent lecture
measure eighty document request backup danish differently defensive ninety guide deck biological statistic pheebs ease
creep waitress ally telephone frame rip puerto raising peninsula scratch conclude instrument wounded thee arguing
ephram forest afterwards oop diner requirement annoying aviation taggert solution sergeant offensive blast ownership
towel inner clown legislation habit hungarian creature contribution bermuda snap translate react denmark paranoid
steam handling aspect therapist comment injure sink severe reporter shore priority arrival warehouse loyalty
translation inspector pleasant reject guessing tend visitor motive storage unconscious accompany mysterious unhappy
tone gulf rappaport charter sookie strategy neighbor corporate socialist sweare somewhat significantly balance physics
toss misery satellite thief squeeze constant lobby relative pattern geez restore exercise belgium forth connecticut
sandburg harvard poker retain eighteen mode everyday artistic dig parallel creepy collaboration debate liver hmmm
journey magical fit salt moral component helpful context searching occupation fly depress occasionally aisle cris
tamil amen ottoman vow revolutionary hungary darn poem cent versus arrange garden annulment amongst useless audio
adventure makeup resist frequency fourteen meter orthodox inch debt violent legislature sand coalition guitarist
celebration eighth classification paperwork soil emotion tokyo stubborn instance limit tension coverage stroke
considerable steady ranking overnight cavalry beef cassadine equip broadway tragedy narrow spoil realm wipe domain
surgeon boundary stretch nephew whereas neat brazilian
""".split()
    )
}
"""The rank of a headword, 0 for the commonest; a word that is not in it is rare."""
