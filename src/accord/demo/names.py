"""Names of people and companies that do not exist, in the manner of five countries.

Addresses end in ``.example``, which nobody can own (RFC 2606), and telephone numbers come from ranges that regulators
keep free for films where there is one (Ofcom's, and 555 in the United States).
"""

import unicodedata
from random import Random

GERMAN_FIRST = (
    *("Anja", "Bernd", "Birgit", "Carsten", "Claudia", "Dirk", "Elke", "Felix", "Franziska", "Gerd", "Heike", "Holger"),
    *("Ines", "Jan", "Jutta", "Katrin", "Klaus", "Lars", "Maike", "Matthias", "Nadine", "Norbert", "Petra", "Ralf"),
    *("Sabine", "Stefan", "Silke", "Torsten", "Ulrike", "Uwe", "Vera", "Wiebke", "Yasemin", "Emre", "Agnieszka"),
)
GERMAN_LAST = (
    *("Ahlers", "Arnold", "Baumann", "Behrens", "Böttcher", "Dietz", "Ebert", "Fiedler", "Gärtner", "Grothe", "Hagen"),
    *("Heinrich", "Jansen", "Kessler", "Köhler", "Krüger", "Lindner", "Lohmann", "Martens", "Naumann", "Ott", "Pohl"),
    *("Rademacher", "Reuter", "Sander", "Schütte", "Seidel", "Thiele", "Ullrich", "Vogt", "Wendt", "Yilmaz", "Zander"),
)
ALPINE_LAST = (
    *("Aschwanden", "Bichler", "Brunner", "Egger", "Fankhauser", "Gasser", "Gruber", "Hofstetter", "Imhof", "Kofler"),
    *("Lechner", "Moosbrugger", "Nussbaumer", "Pichler", "Rohner", "Schwaiger", "Steiner", "Thaler", "Wyss", "Zeller"),
)
ENGLISH_FIRST = (
    *("Alice", "Andrew", "Bethan", "Callum", "Charlotte", "Daniel", "Eleanor", "Fiona", "Gareth", "Harriet", "Imran"),
    *("Jessica", "Keith", "Laura", "Marcus", "Naomi", "Owen", "Patrick", "Rachel", "Samir", "Tessa", "Victor", "Wendy"),
)
ENGLISH_LAST = (
    *(
        "Alder",
        "Barrow",
        "Blythe",
        "Carver",
        "Dunmore",
        "Ellwood",
        "Fenwick",
        "Garside",
        "Hargrove",
        "Ingham",
        "Kirkby",
    ),
    *(
        "Langley",
        "Merrick",
        "Norcross",
        "Ormsby",
        "Pickering",
        "Ridgeway",
        "Selby",
        "Thackeray",
        "Underhill",
        "Whitlock",
    ),
)
GERMAN_ROOTS = (
    *("Alster", "Birken", "Bruch", "Buchen", "Eider", "Falken", "Grenz", "Hasel", "Ilm", "Kiefern", "Kranich"),
    *("Linden", "Mühl", "Nieder", "Oster", "Quell", "Reiher", "Sand", "Silber", "Stein", "Tannen", "Ufer", "Wolken"),
)
GERMAN_ENDS = ("bach", "berg", "brück", "feld", "furt", "hafen", "hof", "kamp", "moor", "rode", "tal", "werder")
ENGLISH_ROOTS = (
    *("Ash", "Beacon", "Black", "Bright", "Cedar", "Clear", "Cold", "East", "Fair", "Green", "Heron", "High", "Iron"),
    *("Kestrel", "Long", "Maple", "North", "Otter", "Pine", "Quarry", "Red", "Silver", "Stone", "Thorn", "West"),
)
ENGLISH_ENDS = ("bourne", "brook", "combe", "field", "ford", "gate", "haven", "ley", "mere", "moor", "ridge", "water")
TRADES_DE = {
    "manufacturing": ("Pumpen", "Armaturen", "Guss", "Maschinenbau", "Antriebe", "Kunststofftechnik", "Anlagenbau"),
    "logistics": ("Logistik", "Spedition", "Kühltransporte", "Lager", "Fracht"),
    "healthcare": ("Kliniken", "Medizintechnik", "Labor", "Diagnostik", "Pharma"),
    "professional_services": ("Ingenieure", "Beratung", "Prüftechnik", "Planung", "Gutachter"),
}
TRADES_EN = {
    "manufacturing": ("Castings", "Pumps", "Valves", "Tooling", "Polymers", "Engineering"),
    "logistics": ("Freight", "Haulage", "Cold Chain", "Warehousing", "Logistics"),
    "healthcare": ("Clinics", "Diagnostics", "Laboratories", "Medical", "Biologics"),
    "professional_services": ("Consulting", "Surveyors", "Inspection", "Engineers", "Advisers"),
}
FORMS = {
    "DE": ("GmbH", "GmbH & Co. KG", "AG", "SE"),
    "AT": ("GmbH", "AG"),
    "CH": ("AG", "SA", "GmbH"),
    "GB": ("Ltd", "plc"),
    "US": ("Inc.", "LLC", "Corp."),
}
FORMS_ELSEWHERE = ("B.V.", "S.A.")
GERMAN_SPEAKING = frozenset({"DE", "AT", "CH"})


def person_name(rng: Random, country: str) -> str:
    """Return a first and a last name as they are found in a country; one in twelve is from elsewhere."""
    local = rng.random() > 1 / 12
    if (country in GERMAN_SPEAKING) is local:
        last = ALPINE_LAST if country in {"AT", "CH"} and rng.random() < 0.6 else GERMAN_LAST
        return f"{rng.choice(GERMAN_FIRST)} {rng.choice(last)}"
    return f"{rng.choice(ENGLISH_FIRST)} {rng.choice(ENGLISH_LAST)}"


def company_name(rng: Random, country: str, industry: str) -> str:
    """Return the name of a company of an industry, with the legal form of its country.

    Examples:
        >>> company_name(Random(1), "GB", "manufacturing")
        'Cedarbrook Valves Ltd'
    """
    german = country in GERMAN_SPEAKING
    root = rng.choice(GERMAN_ROOTS if german else ENGLISH_ROOTS)
    if rng.random() < 0.85:
        root += rng.choice(GERMAN_ENDS if german else ENGLISH_ENDS)
    trade = rng.choice((TRADES_DE if german else TRADES_EN)[industry])
    return f"{root} {trade} {rng.choice(FORMS.get(country, FORMS_ELSEWHERE))}"


def slug(text: str) -> str:
    """Return the letters and digits of a text as they stand in an address.

    Examples:
        >>> slug("Böttcher"), slug("Birken Guss")
        ('boettcher', 'birken-guss')
    """
    for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue")):
        text = text.replace(letter, plain)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


def domain_of(company: str) -> str:
    """Return the web address of a company, without its legal form.

    Examples:
        >>> domain_of("Kiefernbach Pumpen GmbH & Co. KG")
        'kiefernbach-pumpen.example'
    """
    words = [word for word in slug(company).split("-") if word not in {"gmbh", "co", "kg", "ag", "se", "sa", "ltd"}]
    return f"{'-'.join(word for word in words if word not in {'plc', 'inc', 'llc', 'corp', 'b', 'v'})}.example"


def phone_number(rng: Random, country: str) -> str:
    """Return a telephone number in the manner of a country."""
    match country:
        case "GB":
            return f"+44 20 7946 0{rng.randrange(1000):03d}"
        case "US":
            return f"+1 {rng.choice((212, 312, 415, 617))} 555 01{rng.randrange(100):02d}"
        case "AT":
            return f"+43 1 0{rng.randrange(10**6):06d}"
        case "CH":
            return f"+41 44 000 {rng.randrange(100):02d} {rng.randrange(100):02d}"
        case _:
            return f"+49 30 0{rng.randrange(10**6):06d}"
