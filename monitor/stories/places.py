"""The countries of the world by the words that name them: themselves, their people, their capitals.

Two pieces of news in the same words about two countries are two events; and "Chile", "the Chilean government" and
"Santiago" are one place. The words are those of our own list `rules/terms/places.toml`, of which only single words that
mean little else are taken; a Chinese name goes by its first two characters.
"""

from __future__ import annotations

from zlib import crc32

_WORDS = """
afghanistan afghan kabul 阿富
albania albanian tirana 阿尔
algeria algerian algiers
andorra andorran 安道
angola angolan luanda 安哥
antigua 安提
argentina argentine argentinian 阿根
armenia armenian yerevan 亚美
australia australian canberra 澳大 澳洲
austria austrian vienna 奥地
azerbaijan azerbaijani baku 阿塞
bahamas bahamian 巴哈
bahrain bahraini manama 巴林
bangladesh bangladeshi dhaka 孟加
barbados barbadian 巴巴
belarus belarusian minsk 白俄
belgium belgian 比利
belize belizean 伯利
benin beninese 贝宁
bhutan bhutanese thimphu 不丹
bolivia bolivian 玻利
bosnia bosnian sarajevo 波黑
botswana botswanan gaborone 博茨
brazil brazilian brasilia 巴西
brunei bruneian 文莱
bulgaria bulgarian 保加
burkinabe ouagadougou 布基
burundi burundian 布隆
cambodia cambodian 柬埔
cameroon cameroonian 喀麦
canada canadian ottawa 加拿
佛得
bangui
chadian 乍得
chile chilean 智利 santiago
china chinese beijing 中国 北京
colombia colombian bogota 哥伦
comoros comorian 科摩
brazzaville 刚果
drc congo congolese kinshasa 金沙
哥斯
ivorian abidjan 科特
croatia croatian zagreb 克罗
cuba cuban havana 古巴
cyprus cypriot nicosia 塞浦
czechia czech prague 捷克
denmark danish copenhagen 丹麦
djibouti djiboutian 吉布
多米
ecuador ecuadorian quito 厄瓜
egypt egyptian cairo 埃及
salvadoran 萨尔
malabo
eritrea eritrean asmara 厄立
estonia estonian tallinn 爱沙
eswatini swaziland 斯威
ethiopia ethiopian 埃塞
eu brussels 欧盟 欧洲
fiji fijian 斐济
finland finnish helsinki 芬兰
france french paris 法国 巴黎
gabon gabonese libreville 加蓬
gambia gambian banjul 冈比
georgian tbilisi 格鲁
germany german berlin 德国 柏林
ghana ghanaian accra 加纳
greece greek athens 希腊
grenada grenadian 格林
guatemala guatemalan 危地
guinea guinean conakry 几内
guyana guyanese 圭亚
haiti haitian 海地
honduras honduran tegucigalpa 洪都
hongkong 香港
hungary hungarian budapest 匈牙
iceland icelandic reykjavik 冰岛
india indian delhi 印度
indonesia indonesian jakarta 印尼
iran iranian tehran 伊朗
iraq iraqi baghdad 伊拉
ireland irish dublin 爱尔
israel israeli jerusalem 以色
italy italian rome 意大
jamaica jamaican 牙买
japan japanese tokyo 日本 东京
jordanian amman 约旦
kazakhstan kazakh astana 哈萨
kenya kenyan nairobi 肯尼
kiribati 基里
kosovo kosovar pristina 科索
kuwait kuwaiti 科威
kyrgyzstan kyrgyz bishkek
laos lao laotian vientiane 老挝
latvia latvian riga 拉脱
lebanon lebanese beirut 黎巴
lesotho maseru 莱索
liberia liberian monrovia 利比
libya libyan tripoli
liechtenstein vaduz 列支
lithuania lithuanian vilnius 立陶
luxembourg luxembourgish 卢森
macau macao 澳门
madagascar malagasy antananarivo 马达
malawi malawian lilongwe 马拉
malaysia malaysian putrajaya 马来 大马
maldives maldivian 马尔
mali malian bamako 马里
malta maltese valletta 马耳
marshallese 马绍
mauritania mauritanian nouakchott 毛里
mauritius mauritian
mexico mexican 墨西
micronesia micronesian 密克
moldova moldovan chisinau 摩尔
monaco monegasque 摩纳
mongolia mongolian ulaanbaatar 蒙古
montenegro montenegrin podgorica 黑山
morocco moroccan rabat 摩洛
mozambique mozambican maputo 莫桑
myanmar burma burmese naypyidaw 缅甸
namibia namibian windhoek 纳米
nauru nauruan 瑙鲁
nepal nepali nepalese kathmandu 尼泊
netherlands dutch holland 荷兰
新西 wellington
nicaragua nicaraguan managua 尼加
niger nigerien niamey 尼日
nigeria nigerian abuja
pyongyang dprk 朝鲜
macedonia macedonian skopje
norway norwegian oslo 挪威
oman omani muscat 阿曼
pakistan pakistani islamabad 巴基
palau palauan 帕劳
palestine palestinian ramallah 巴勒
panama panamanian 巴拿
巴布
paraguay paraguayan asuncion 巴拉
peru peruvian lima 秘鲁
philippines philippine filipino manila 菲律
poland polish warsaw 波兰
portugal portuguese lisbon 葡萄
qatar qatari doha 卡塔
romania romanian bucharest 罗马
russia russian moscow 俄罗
rwanda rwandan kigali 卢旺
samoa samoan 萨摩
sammarinese
saudi riyadh 沙特
senegal senegalese dakar 塞内
serbia serbian belgrade 塞尔
seychelles seychellois 塞舌
freetown 塞拉
singapore singaporean 新加
slovakia slovak bratislava 斯洛
slovenia slovenian slovene ljubljana
honiara
somalia somali mogadishu 索马
pretoria 南非
korea korean seoul 韩国 首尔
juba
spain spanish madrid 西班
colombo 斯里
sudan sudanese khartoum 苏丹
suriname surinamese paramaribo 苏里
sweden swedish stockholm 瑞典
switzerland swiss 瑞士 bern
syria syrian damascus 叙利
taiwan taiwanese taipei 台湾 台北
tajikistan tajik dushanbe 塔吉
tanzania tanzanian dodoma 坦桑
thailand thai bangkok 泰国
timorese dili 东帝
togo togolese 多哥
tonga tongan 汤加
trinidad trinidadian 特立
tunisia tunisian 突尼
turkey turkiye turkish ankara 土耳
turkmenistan turkmen ashgabat 土库
tuvalu tuvaluan 图瓦
uganda ugandan kampala 乌干
ukraine ukrainian kyiv kiev 乌克
uae emirati emirates dubai 阿联 迪拜
uk britain british england scotland wales london westminster whitehall 英国
us usa america american washington 美国 白宫 华盛
uruguay uruguayan montevideo 乌拉
uzbekistan uzbek tashkent 乌兹
vanuatu 瓦努
vatican 梵蒂
venezuela venezuelan caracas 委内
vietnam vietnamese hanoi 越南
yemen yemeni sanaa 也门
zambia zambian lusaka 赞比
zimbabwe zimbabwean harare 津巴
"""

PLACE_OF = {word: words.split()[0] for words in _WORDS.strip().splitlines() for word in words.split()}
"""The word that stands for the place that a folded word in lower case, or a pair of Chinese characters, names."""

TELLING_PLACES = frozenset(crc32(place.encode()) for place in PLACE_OF.values() if place != "us")
"""The places, as terms of `monitor.stories.features`, that tell two events apart.

The United States are named in the news of every other country too, and left out where they are at home.
"""
