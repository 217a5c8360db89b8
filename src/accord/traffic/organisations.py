"""What kind of network an organisation has, by the words of its name, where no list says it.

Names of networks are short and written in every language, so each rule is a set of words and beginnings of words that
mean one thing. The first rule that applies decides: a university's data centre is a university's. A name without such a
word is ``unknown``, although most of these belong to businesses: a guess would be counted as knowledge further on.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from unicodedata import normalize


class NetworkKind(StrEnum):
    """Whose a network is: ``hosting`` are data centres, ``vpn`` also the way out of networks that hide their users."""

    PROVIDER = "provider"
    HOSTING = "hosting"
    VPN = "vpn"
    EDUCATION = "education"
    GOVERNMENT = "government"
    BUSINESS = "business"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: NetworkKind
    pattern: re.Pattern[str]


def _words(*groups: str) -> re.Pattern[str]:
    """Return a pattern of whole words; a word that ends in ``*`` is the beginning of one, ``*`` before it the end."""
    found: list[str] = []
    for group in groups:
        for text in group.split(","):
            word = re.escape(text.strip()).replace(r"\ ", " ")
            found.append(word.replace(r"\*", r"\w*"))
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)")


_VPN: Final = _words("vpn, *vpn, tor exit*, tor servers, private relay, surfshark, mullvad, packethub")
_FINANCE_FIRST: Final = _words(
    "federal credit union, federal express, state bank, national bank, city bank, state farm"
)
_EDUCATION: Final = _words(
    "universit*, univerzit*, universid*, univ, uniwersytet*, yliopisto, ulikool*, egyetem*, egyetemi, uniw",
    "college*, colegio, colleges, school, schools, academy of sciences, academic, academia, academico, academie",
    "hochschule*, fachhochschule, schule, schulen, gymnasium, forschungsnetz*, max planck*, fraunhofer*",
    "helmholtz*, ecole, ecoles, lycee, renater, politecnic*, politechnik*, polytechnic*, institute of technology",
    "technion, instituto tecnologico, institut teknologi, instituto federal de educacao, escola, escuela, scuola",
    "liceo, sekolah, education, educational, educacion, educacao, educativo*, pendidikan, oktatas*, utbildning",
    "onderwijs, egitim, universitas, universiti, daigaku, akademi*, campus, k-12, isd, seminary, jisc, janet",
    "surf b.v., geant, garr, research and education, research organization*, research institute",
    "national laborator*, cern, nren, cesnet",
)
_GOVERNMENT: Final = _words(
    "government*, governo, gobierno, gouvernement, govt, gov, ministry, ministerio*, ministere*, ministerium*",
    "minist*, department of defense, dod, department of *, departamento de, us army, army, navy, air force",
    "armed forces, defence, city of, city and county, town of, village of, county of, county, state of",
    "commonwealth of, borough, council, municipal*, municip*, gemeinde, stadt, landkreis, landratsamt, bundes*",
    "land *, freistaat, kanton, ville de, commune, mairie, prefecture, conseil general, conseil departemental",
    "comune di, regione, provincia di, ayuntamiento*, diputacion, generalitat, junta de, xunta de, prefeitura",
    "camara dos deputados, camara municipal, tribunal*, senado*, governorate, kommune, kommun, kunta, kaupunki",
    "urzad*, gmina, miasto, obec, mesto, hlavni mesto, onkormanyzat*, dinas, kabupaten, pemerintah, provinsi",
    "kementerian, belediye*, bakanligi, valiligi, parliament, parlament*, congress, senate, police, polizei",
    "policia, courts, supreme court, judicial, public administration, agencia estatal, federal agency",
    "social security administration, internal revenue, customs, secretaria*, estado de, republic of",
    "european commission, united nations, nasa, national aeronautics*, tax administration, public safety",
)
_HOSTING: Final = _words(
    "hosting*, *hosting, host, hosts, hoster*, hostinger, hostgator, webhost*, *server, *servers, serveur*",
    "servidores, datacenter*, data center, data centers, data centre*, datacentre*, rechenzentrum",
    "centro de datos, colocation, colo, cloud, *cloud, clouds, vps, dedicated, cdn, cdn77, content delivery, iaas",
    "baremetal, bare metal, edge network*, amazon*, aws, amazon web services, google cloud, azure, ovh*, hetzner*",
    "digitalocean*, linode*, akamai*, vultr, choopa, contabo*, scaleway, online s.a.s., leaseweb*, rackspace*",
    "equinix*, fastly*, cloudflare*, softlayer*, m247, strato, ionos, 1&1 ionos, godaddy*, dreamhost, bluehost",
    "namecheap*, wix, shopify, squarespace, heroku, salesforce, alibaba, tencent, huawei cloud*, oracle",
    "datacamp*, psychz*, quadranet*, colocrossing, zenlayer, incapsula, imperva",
)
_PROVIDER: Final = _words(
    "telecom*, telekom*, telco, telcom, telkom*, tele2, telefon*, telephon*, telephone, telia*, telenor, telstra",
    "telus, internet, internets, *internet, internauta*, isp, provedor*, proveedor*, provider, broadband",
    "breitband, banda larga, banda ancha, cable, cablevision*, kabel*, kablo*, fiber*, *fiber, fibre*, fibra*",
    "glasfaser*, ftth, wifi, wi-fi, wireless*, wisp, mobile, mobil, movil*, cellular, gsm, satellite, starlink",
    "communication*, communications, comunicac*, comunicaz*, komunik*, iletisim, haberlesme, komunikasi",
    "telematika, jaringan, jaring*, multimidia, carrier, backbone, exchange point, internet exchange, ix, ixp",
    "dsl, adsl, connect, lan, nett, netz, network operator, orange, orange s.a., vodafone*, verizon*, at&t*",
    "t-mobile*, comcast*, charter communications, cox, centurylink, lumen, level 3, cogent*, sprint, frontier",
    "windstream, bell canada, rogers, shaw, ntt*, kddi*, softbank*, chinanet, china unicom*, cnc group*",
    "chunghwa*, kpn*, ziggo, proximus, swisscom*, sunrise, bouygues, sfr, free sas, proxad, iliad, wind tre",
    "fastweb*, tiscali, tim s/a, british telecommunications, bt, sky uk*, virgin media*, talktalk, o2*, versatel",
    "optus*, airtel*, jio*, reliance jio, vnpt, viettel, fpt, rostelecom*, mts, beeline, megafon, turkcell",
    "claro*, vivo, etisalat*, uninet*, deutsche glasfaser, net cologne, netcologne, m-net, ewe tel*, 1&1 versatel",
)
_BUSINESS: Final = _words(
    "bank, banks, *bank, banking, bankas*, bankasi, banco, banque, banca, banka, bankers, sparkasse*, raiffeisen*",
    "volksbank*, credit union, credit, insurance, assurance*, versicherung*, seguros, assicurazioni, sigorta*",
    "asset management, securities, investment*, investments, capital, financial, finance, finanz*, finanzas",
    "mutual, stock exchange, payment*, hospital*, hopital, hopitaux, krankenhaus, klinik*, clinic, clinica",
    "clinics, health, healthcare, medical, medizin*, pharma*, biotech*, laboratories, motor, motors, automotive",
    "automobil*, auto, airlines, airways, airport*, aviation, energy, energie*, energia*, enerji, electric",
    "electricity, power, petroleum, oil, gas, gaz, water, utilities, stadtwerke, steel, stahl, chemical*, chemie",
    "cement, mining, metals, manufactur*, fabrik*, werke, industries, industrie*, industrial, industria*, sanayi",
    "engineering, ingenieur*, construction, bau, logistic*, logistik*, transport*, shipping, railway*, post",
    "retail, supermarket*, stores, foods, food, beverage*, brewery, hotel*, casino*, resort*, restaurants, law",
    "attorneys, rechtsanwalte, steuerberat*, consulting, consultants, accountants, advisors, real estate",
    "publishing, newspaper*, broadcasting, television, radio, film, entertainment, sports, aerospace",
    "semiconductor*, instruments, machinery, maschinenbau, tools, packaging, textile*, furniture, cosmetics, toys",
    "jewel*",
)
_RULES: Final = (
    _Rule(NetworkKind.VPN, _VPN),
    _Rule(NetworkKind.BUSINESS, _FINANCE_FIRST),
    _Rule(NetworkKind.EDUCATION, _EDUCATION),
    _Rule(
        NetworkKind.PROVIDER, _words("internet service*, municipal broadband, county telephone, university telephone*")
    ),
    _Rule(NetworkKind.GOVERNMENT, _GOVERNMENT),
    _Rule(NetworkKind.HOSTING, _HOSTING),
    _Rule(NetworkKind.PROVIDER, _PROVIDER),
    _Rule(NetworkKind.BUSINESS, _BUSINESS),
)
_NO_WORD: Final = "the name of its organisation does not say what it is"


def kind_by_name(organisation: str) -> tuple[NetworkKind, str]:
    """Return what the organisation's name says it is, and the word that says so, in a sentence's end.

    Examples:
        >>> kind_by_name("Verein zur Foerderung eines Deutschen Forschungsnetzes e.V.")[0].value
        'education'
        >>> kind_by_name("SULVALE TELECOM LTDA.")
        (<NetworkKind.PROVIDER: 'provider'>, 'its organisation is called “telecom”')
        >>> kind_by_name("Eli Lilly and Company")[0].value
        'unknown'
    """
    name = plain(organisation)
    for rule in _RULES:
        if found := rule.pattern.search(name):
            return rule.kind, f"its organisation is called “{found[0]}”"
    return NetworkKind.UNKNOWN, _NO_WORD


def plain(text: str) -> str:
    """Return the text case-folded and without accents, underscores and hyphens between words as spaces."""
    letters = normalize("NFKD", text.casefold())
    bare = "".join(_unaccented(letters))
    return re.sub(r"_|(?<=[^\W\d]{3})-(?=[^\W\d]{3})", " ", bare.translate(_LETTERS))


def _unaccented(letters: str) -> Iterable[str]:
    return (letter for letter in letters if not "\u0300" <= letter <= "\u036f")


_LETTERS: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
