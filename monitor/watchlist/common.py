"""Everyday English words: too frequent in news to anchor a query, and capitalised in every Title Case headline."""

from __future__ import annotations

COMMON_WORDS = frozenset(
    """
    a about above access account across act action add after again against age agree ahead aid aim air all allow
    almost alone along already also although always among amount an analyst and announce another answer any appear
    apply are area around as ask at attack away back bad bank base be bear beat because become before begin behind
    believe below best better between beyond big bill block board body book boost both box break bring build business
    but buy by call can capital car care carry case cash cause center central challenge chance change charge chase
    check chief child choice choose citizen city claim class clear close club code cold come comment common company
    compare concern consider continue control cost could country court cover create crisis current customer cut data
    date day deal death debate decade decide decision deep defend demand deny design detail develop device differ
    digital do door down draw drive drop due during each early earn ease east economy edge effect effort eight either
    election end energy enough enter even event ever every evidence expect expert explain face fact fail fall family
    far fast fear feature feel few field fight figure file find fire firm first five focus follow food for force
    forecast foreign form former forward four free from full fund future gain game gap gas general get give global go
    goal good government ground group grow growth guide half hand happen hard have he head health hear help her here
    high him his history hit hold home hope hour house how however human idea if impact important in increase industry
    inform interest into introduce investor is issue it item its job join just keep key kind know labor land large
    last late launch law lead leader learn least leave legal less let letter level life light like limit line link
    list little live local long look lose loss lot love low machine main major make man many march market match matter
    may mean measure media meet member message might million minister minute model moment money month more morning
    most move much must name nation near need network never new news next night no north not note nothing notion now
    number of off offer office official often oil old on once one only open operate opinion option or orange order
    other our out over own page paper part party pass past pay people per percent perhaps period person phone pick
    place plan plant platform play point policy poor position possible post power present press price private problem
    process product profit program project promise protect prove provide public pull push put quarter question quick
    race raise range rate rather reach read ready real reason recent record red reduce remain report research rest
    result return review rise risk road role round rule run safe sale same save say scale school science search season
    second sector security see seek seem sell send senior serious serve service set seven shape share sharp shell she
    shift shop short should show side sign signal since site situation six size slow small snap so social some soon
    source south space speak speed spend square staff stage stand star start state statement station stay step still
    stock stop store story strategy street strong study such suggest summit supply support sure system take talk
    target task tax team tech technology tell ten term test than that the their them then there these they thing think
    this those though threat three through time to today together too top total touch town trade train travel treat
    trend trial trust try turn two type under union unit until up update upon use user value vehicle very view visa
    vote wait walk wall want war warn was watch water way we week well were west what when where whether which while
    white who whole why wide will win with within without word work worker world worry would write wrong year yes yet
    you young your zone zoom
    """.split()
)
