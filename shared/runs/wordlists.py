"""Plain words from which the test world is built. There are enough of them that no two pages are the same."""

HOST_PARTS = (
    "north", "river", "cedar", "harbor", "bright", "stone", "maple", "field", "green", "copper", "lake", "hill",
    "market", "supply", "trade", "works", "goods", "craft", "depot", "studio", "press", "journal", "times", "parts",
    "kitchen", "garden", "office", "paper", "steel", "cotton", "orchard", "mill", "anchor", "beacon",
    "summit", "valley",
)  # fmt: skip
SUBDOMAINS = ("", "", "www.", "shop.", "news.", "docs.", "app.")
ENDINGS = ("com", "com", "net", "org", "co", "io", "eu", "de", "ca", "shop")
NAMES = (
    "Northgate", "Riverside", "Cedar Hill", "Harborview", "Brightwell", "Stonebridge", "Maple Grove", "Fairfield",
    "Greenway", "Copperfield", "Lakeside", "Hillcrest", "Ashford", "Kingsley", "Marlow", "Thornbury", "Whitmore",
    "Oakham", "Pemberton", "Sutton", "Winslow", "Beckett", "Calloway", "Dunmore",
)  # fmt: skip
FIRMS = ("Supply", "Trading", "Goods", "& Sons", "Wholesale", "Studio", "Weekly", "Herald", "Systems", "Partners")
CITIES = (
    "Leeds", "Tucson", "Ghent", "Aarhus", "Omaha", "Bristol", "Graz", "Halifax", "Porto", "Boise", "Lyon", "Dayton",
    "Tampere", "Cork", "Basel", "Spokane", "Utrecht", "Malmo", "Hamilton", "Raleigh",
)  # fmt: skip
FIRST_NAMES = (
    "Maria", "James", "Aisha", "Tom", "Lena", "Carlos", "Priya", "Noah", "Ingrid", "Samuel", "Chloe", "Viktor", "Amara",
    "Henry", "Yuki", "Daniel", "Elif", "Oscar", "Ruth", "Mateo",
)  # fmt: skip
LAST_NAMES = (
    "Keller", "Okafor", "Bennett", "Larsen", "Moreau", "Patel", "Novak", "Hughes", "Silva", "Brandt", "Walsh", "Ito",
    "Demir", "Olsen", "Fischer", "Reyes", "Carter", "Lind", "Doyle", "Marino",
)  # fmt: skip
QUALITIES = (
    "Classic",
    "Heavy-duty",
    "Organic",
    "Compact",
    "Everyday",
    "Premium",
    "Recycled",
    "Folding",
    "Basic",
    "Large",
)
GOODS = (
    "oat flour", "desk lamp", "coffee filter", "packing tape", "label printer", "apron", "storage box", "paper roll",
    "hand soap", "office chair", "shelf bracket", "water bottle", "notebook", "candle jar", "tote bag", "spice rack",
    "toner cartridge", "garden hose", "moving blanket", "pallet wrap",
)  # fmt: skip
SIZES = ("25 kg", "pack of 6", "1 l", "size M", "90 cm", "set of 4", "250 ml", "A4", "10 m", "no. 3")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONEY = ("${}", "${}", "${}", "£{}", "€{}")
SENTENCES = (
    "{person} said that deliveries to {city} take about {number} hours at the moment.",
    "The {goods} is out of stock until {day}.",
    "We had {number} orders last week and two of them were returned.",
    "Could you please tell me whether the {goods} can be collected in {city}?",
    "The invoice for the {goods} was paid on {day}, but a reminder came all the same.",
    "Opening hours in {city} change from {day} on.",
    "{person} has joined the team in {city} and looks after new customers.",
    "A second supplier offers the {goods} with a shorter lead time.",
    "Please read the notes for the {goods} before you order more than {number} pieces.",
    "Our meeting on {day} had to be moved because {person} was ill.",
    "The report counts {number} companies that closed their branch in {city}.",
    "Nobody has answered the ticket about the {goods} since {day}.",
    "Shipping is free from {number} pieces, as before.",
    "Returns of the {goods} are accepted for {number} days.",
    "{person} asked for a new offer by {day}.",
)
HEADLINES = (
    "{city} firms wait longer for {goods} deliveries",
    "New rules for selling {goods} come into force",
    "{person}: how we kept our shop in {city}",
    "What changed in our {goods} range",
    "Prices for {goods} move again",
)
OPENINGS = ("", "In short: ", "Here is what it says: ", "From the material: ", "Summary: ", "As far as one can tell: ")
