"""Who works at Northwind Instruments, and how each of them goes about it. All of them are made up."""

from dataclasses import dataclass

PASSWORD = "northwind-demo"  # noqa: S105  (of a demo, and printed by it)
BERLIN = "Europe/Berlin"
LONDON = "Europe/London"
ENTERPRISE = "enterprise"
FIELD = "field_sales"


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody in sales works.

    Attributes:
        pickup_minutes: Working minutes until they look at a new lead, in the middle; fast-lane leads come sooner.
        accepts: The share of leads with some promise that they accept.
        persistence: How often they try before they give a lead back.
        forgets: The share of leads that they let lie.
        closes: How good they are at winning, relative to 1.
        discount: The most they give away, in per cent of the list price.
    """

    pickup_minutes: int
    accepts: float
    persistence: int
    forgets: float
    closes: float
    discount: int


@dataclass(frozen=True, slots=True)
class Player:
    """One user of the demo.

    Attributes:
        name: First and last name.
        email: How they log in.
        role: A value of ``accounts.Role``.
        title: What they do, as the table of logins says it.
        zone: Where they work.
        team: Their team in sales, if they sell.
        weight: Their share of the team's leads.
        capacity: The most open leads at a time.
        habits: How they work, if they sell.
        manages: The team that they manage.
        leave: When they were away: days before the end of the year, from and to.
        left: When they left the company: days before the end of the year.
    """

    name: str
    email: str
    role: str
    title: str
    zone: str = BERLIN
    team: str = ""
    weight: int = 1
    capacity: int | None = None
    habits: Habits | None = None
    manages: str = ""
    leave: tuple[int, int] | None = None
    left: int | None = None


MARKETING_MANAGER = Player("Mara Vogel", "mara@northwind.example", "marketing", "Marketing manager")
MARKETING_OPERATIONS = Player("Jonas Keil", "jonas@northwind.example", "marketing", "Marketing operations")
FIELD_MANAGER = Player("Sven Adler", "sven@northwind.example", "sales", "Sales manager, field sales", manages=FIELD)
ENTERPRISE_MANAGER = Player(
    "Helen Marsh", "helen@northwind.example", "sales", "Sales manager, enterprise", LONDON, manages=ENTERPRISE
)
OPERATIONS = Player("Olga Brandt", "olga@northwind.example", "operations", "Revenue operations")
EXECUTIVE = Player("Xenia Falk", "xenia@northwind.example", "executive", "Managing director")
AGENT = Player("Alma Ruiz", "alma@callwell.example", "agency", "Agent at Callwell, the agency")

SELLERS = (
    Player(
        *("Priya Nair", "priya@northwind.example", "sales", "Account executive", BERLIN, ENTERPRISE, 2, 45),
        habits=Habits(pickup_minutes=14, accepts=0.93, persistence=4, forgets=0.01, closes=1.25, discount=6),
    ),
    Player(
        *("Tobias Renz", "tobias@northwind.example", "sales", "Account executive", BERLIN, ENTERPRISE, 2, 40),
        habits=Habits(pickup_minutes=55, accepts=0.80, persistence=3, forgets=0.03, closes=1.0, discount=14),
        leave=(82, 61),
    ),
    Player(
        *("Oliver Hurst", "oliver@northwind.example", "sales", "Account executive", LONDON, ENTERPRISE, 1, 30),
        habits=Habits(pickup_minutes=120, accepts=0.66, persistence=3, forgets=0.08, closes=0.9, discount=18),
    ),
    Player(
        *("Tom Becker", "tom@northwind.example", "sales", "Field sales", BERLIN, FIELD, 3, 50),
        habits=Habits(pickup_minutes=18, accepts=0.90, persistence=4, forgets=0.01, closes=1.1, discount=8),
    ),
    Player(
        *("Lea Sommer", "lea@northwind.example", "sales", "Field sales", BERLIN, FIELD, 2, 40),
        habits=Habits(pickup_minutes=40, accepts=0.84, persistence=4, forgets=0.02, closes=1.05, discount=10),
        leave=(138, 120),
    ),
    Player(
        *("Enno Harms", "enno@northwind.example", "sales", "Field sales", BERLIN, FIELD, 2, 40),
        habits=Habits(pickup_minutes=150, accepts=0.62, persistence=3, forgets=0.09, closes=0.8, discount=20),
    ),
    Player(
        *("Kai Lorenz", "kai@northwind.example", "sales", "Field sales, has left", BERLIN, FIELD, 1, 30),
        habits=Habits(pickup_minutes=120, accepts=0.70, persistence=2, forgets=0.08, closes=0.7, discount=15),
        left=205,
    ),
)

CAST = (
    *(MARKETING_MANAGER, MARKETING_OPERATIONS, FIELD_MANAGER, ENTERPRISE_MANAGER),
    *SELLERS,
    *(AGENT, OPERATIONS, EXECUTIVE),
)
