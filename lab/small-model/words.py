"""The words that captions are made of. Lists are comma-separated text, so that they stay short to read and to change."""


def words(text):
    """The items of a comma-separated text."""
    return [" ".join(item.split()) for item in text.split(",") if item.strip()]

# Colours: often and seldom.
COLOURS = words("""
    red, orange, yellow, green, blue, purple, pink, brown, black, white, gray, gold, silver, teal, navy, maroon, beige,
    turquoise, crimson, lavender
""")
SHADES = words("""
    scarlet, magenta, cyan, indigo, violet, azure, amber, emerald, olive, lime, tan, ivory, cream, coral, salmon, peach, khaki,
    fuchsia, chartreuse, cerulean, cobalt, burgundy, charcoal, bronze, copper, saffron, tangerine, periwinkle, plum, mint, rust,
    mustard, lilac, mauve, ruby, sapphire, jade, lemon, orchid, apricot, sienna, ochre, terracotta, goldenrod, slate,
    aquamarine, sky blue, navy blue, royal blue, lime green, forest green, olive green, hot pink, dark blue, dark green, dark
    red, dark purple, light blue, light green, light gray, pale blue, pale pink, pale green, pale yellow, bright red, bright
    yellow, bright orange, deep purple, deep blue, golden, silver gray, steel blue, sea green, mint green, cobalt blue, lemon
    yellow, rose pink, chocolate brown
""")
NUMBERS = words("two, three, four, five, six, seven, eight, nine")
# Plurals that do not simply end in s.
PLURALS = {
    "mouse": "mice", "goose": "geese", "sheep": "sheep", "fish": "fish", "leaf": "leaves", "wolf": "wolves", "deer": "deer",
    "ox": "oxen", "pony": "ponies", "tropical fish": "tropical fish", "cactus": "cacti", "cherry": "cherries",
    "knife": "knives", "box": "boxes", "strawberry": "strawberries", "bus": "buses", "fox": "foxes", "peach": "peaches",
    "torch": "torches", "bench": "benches", "church": "churches", "butterfly": "butterflies", "lily": "lilies",
    "puppy": "puppies", "watch": "watches", "brush": "brushes", "dress": "dresses", "scarf": "scarves", "daisy": "daisies",
    "poppy": "poppies", "ostrich": "ostriches", "octopus": "octopuses", "rhombus": "rhombuses", "hexagon": "hexagons",
    "torus": "toruses", "couch": "couches", "walrus": "walruses", "potato": "potatoes", "tomato": "tomatoes",
    "mango": "mangoes", "compass": "compasses", "sandwich": "sandwiches", "radish": "radishes", "glass": "glasses",
    "canoe": "canoes",
}

# ---- scenes
TIMES = words("""
    at dawn, at dusk, at sunset, at sunrise, at night, at noon, at midnight, at twilight, in the morning, in the evening, at
    midday, in the afternoon
""")
AIR = words("""
    in the rain, in the fog, in the mist, in the snow, in autumn, in winter, in a storm, under a clear sky, under a cloudy sky,
    under a stormy sky, under a starry sky, in the morning mist, under an overcast sky, under a blue sky, in the sunshine, in a
    snowstorm, under a gray sky, under the stars, under a hazy sky
""")
AIRY = words("misty, foggy, snowy, stormy, rainy, sunny, cloudy, sunlit, moonlit, starlit, frozen, autumn, winter, hazy")
MOODS = words("quiet, serene, calm, lonely, empty, vast, wide, peaceful, remote, wild, still, distant, silent")
SETTINGS = {
    "space": words("space, galaxy"),
    "city": words("city, city skyline, skyline, cityscape"),
    "mountains": words("""
        mountain, mountain range, mountain peak, row of peaks, snow-capped mountain, rocky mountain, mountain valley
    """),
    "canyon": words("canyon, gorge, desert canyon, deep canyon"),
    "hills": words("hill, grassy hill, valley, green hillside, hillside"),
    "village": words("village, small village, little town, mountain village"),
    "waterfall": words("waterfall, tall waterfall"),
    "forest": words("forest, pine forest, woodland, jungle, rainforest, grove, birch forest, bamboo forest"),
    "sea": words("sea, ocean, bay, coast, stormy sea"),
    "cliffs": words("cliff, sea cliff, fjord, rocky coastline, white cliff"),
    "harbor": words("harbor, marina, pier, wooden dock"),
    "island": words("island, small island, tropical island, rocky island"),
    "lake": words("lake, pond, mountain lake, frozen lake, quiet pond"),
    "lagoon": words("lagoon, oasis, desert oasis"),
    "river": words("river, stream, winding river, creek, canal, winding stream"),
    "underwater": words("coral reef, underwater reef, seabed"),
    "swamp": words("swamp, marsh, misty swamp"),
    "snow": words("snowy plain, tundra, glacier, snowfield, frozen tundra"),
    "desert": words("desert, desert dune, savanna, sandy desert, rolling dune"),
    "field": words("field, wheat field, cornfield, vineyard, lavender field, barley field, farm"),
    "meadow": words("meadow, prairie, grassy plain, park, lawn, pasture, flower meadow"),
    "orchard": words("orchard, apple orchard"),
    "garden": words("garden, rose garden, flower garden, quiet garden"),
    "beach": words("beach, sandy beach, shore, tropical beach, sandy shore"),
    "street": words("street, city street, narrow alley, avenue, cobblestone street"),
    "road": words("road, winding road, dirt road, country lane, path, highway, winding path"),
    "room": words("room, bedroom, kitchen, empty room"),
}
# How often a setting is chosen.
SETTING_WEIGHTS = {
    "space": 2, "city": 5, "mountains": 8, "canyon": 3, "hills": 5, "village": 3, "waterfall": 3, "forest": 8, "sea": 7,
    "cliffs": 3, "harbor": 3, "island": 4, "lake": 7, "lagoon": 2, "river": 5, "underwater": 2, "swamp": 2, "snow": 3,
    "desert": 5, "field": 7, "meadow": 5, "orchard": 1, "garden": 3, "beach": 6, "street": 3, "road": 4, "room": 2,
}
# What stands, swims or flies in a setting.
FOUND_IN = {
    "sea": words("sailboat, lighthouse, ship, iceberg, whale, dolphin, island, seagull, canoe, ferry"),
    "lake": words("swan, canoe, duck, sailboat, cabin, wooden bridge, flamingo, frog"),
    "beach": words("palm tree, umbrella, crab, seashell, beach ball, sailboat, surfboard, turtle"),
    "forest": words("deer, fox, bear, cabin, owl, wolf, rabbit, tent, squirrel, campfire, mushroom, moose"),
    "mountains": words("cabin, goat, eagle, tent, castle, hot air balloon, wolf, chalet"),
    "desert": words("cactus, camel, pyramid, tent, lizard, scorpion, snake"),
    "field": words("scarecrow, tractor, windmill, barn, hot air balloon, horse, cow, red barn, sunflower, farmhouse"),
    "meadow": words("horse, cow, sheep, rabbit, tree, butterfly, goat, sunflower, cottage, deer, oak tree"),
    "hills": words("windmill, castle, cottage, church, tree, sheep, horse, house, tower"),
    "river": words("stone bridge, wooden bridge, canoe, bear, duck, otter, cabin, beaver"),
    "snow": words("penguin, polar bear, igloo, snowman, sled, wolf, cabin, pine tree, fox"),
    "city": words("hot air balloon, helicopter, airplane, ferris wheel, clock tower"),
    "street": words("car, bus, bicycle, taxi, street lamp, tram, dog, truck"),
    "road": words("car, truck, motorcycle, bicycle, bus, horse, windmill"),
    "garden": words("fountain, bench, rose, butterfly, birdhouse, tulip, rabbit, snail"),
    "island": words("palm tree, lighthouse, hut, volcano, turtle, castle"),
    "cliffs": words("lighthouse, castle, tower, eagle, house"),
    "harbor": words("sailboat, ship, lighthouse, seagull, anchor"),
    "space": words("rocket, astronaut, ringed planet, comet, satellite, flying saucer"),
    "underwater": words("tropical fish, turtle, octopus, shark, jellyfish, crab, dolphin"),
    "swamp": words("frog, crocodile, snake"),
    "village": words("church, windmill, well, hot air balloon"),
    "canyon": words("eagle, train, cactus, bridge"),
    "waterfall": words("bear, rainbow, deer, parrot"),
    "lagoon": words("flamingo, palm tree, turtle, camel"),
    "orchard": words("ladder, basket, sheep, bench"),
    "room": words("armchair, lamp, bed, table, cat, piano, bookcase, candle, chair, clock"),
}
# The word between a thing and its setting, where it is not "in".
PREPOSITIONS = {
    "on": words("sea, lake, beach, mountains, hills, snow, street, road, island, cliffs"),
    "over": ["city"],
    "by": words("river, waterfall, lagoon"),
}
IN_THE_SKY = words("""
    a full moon, a crescent moon, a rainbow, the moon, two moons, a golden moon, a red sun, dark clouds, white clouds, a hot air
    balloon, a comet, stars, a bright sun, a shooting star, a white moon, a silver moon
""")
TREES = words("pine trees, palm trees, birch trees, bare trees, autumn trees, oak trees, willow trees, fir trees")
FLOWERS = words("sunflowers, tulips, lavender, roses, poppies, daisies, wildflowers, daffodils")

# ---- things
ANIMALS = words("""
    cat, dog, horse, fox, rabbit, owl, bear, deer, cow, sheep, pig, duck, swan, penguin, elephant, lion, tiger, wolf, frog,
    turtle, fish, whale, dolphin, parrot, butterfly, bee, snail, squirrel, mouse, goat, monkey, giraffe, zebra, camel, panda,
    koala, eagle, flamingo, peacock, rooster, chicken, goose, crab, octopus, shark, jellyfish, snake, lizard, crocodile, spider,
    ladybug, dragonfly, beetle, hedgehog, otter, beaver, raccoon, kangaroo, llama, moose, polar bear, unicorn, dragon, dinosaur,
    kitten, puppy, seal, lobster, tropical fish, hamster, donkey, macaw, golden retriever, caterpillar, bat, black bird, dove,
    pigeon, seagull, gorilla, leopard, rhinoceros, hippopotamus, sloth, skunk
""")
OBJECTS = words("""
    teapot, vase, candle, book, umbrella, bicycle, car, truck, chair, armchair, table, lamp, lantern, clock, key, bell, guitar,
    violin, piano, drum, trumpet, hammer, camera, telescope, globe, compass, crown, ring, gem, pendant, necktie, hat, top hat,
    backpack, handbag, suitcase, basket, bottle, wine glass, mug, cup of coffee, bowl, plate, spoon, fork, kite, balloon, hot
    air balloon, airplane, rocket, helicopter, train, bus, tractor, motorcycle, boat, sailboat, ship, canoe, anchor, castle,
    house, cottage, barn, windmill, lighthouse, church, tower, bridge, tent, igloo, hut, fence, bench, mailbox, street lamp,
    fountain, well, wheelbarrow, ladder, bucket, barrel, treasure chest, sword, shield, bow and arrow, magnet, microscope,
    laptop, television, radio, telephone, printer, keyboard, robot, teddy bear, snowman, scarecrow, gift box, trophy, medal,
    dice, puzzle piece, soccer ball, basketball, baseball, tennis racket, paintbrush, pencil, scissors, envelope, scroll, map,
    feather, seashell, mushroom, cactus, tree, palm tree, pine tree, rose, tulip, sunflower, daisy, lotus, leaf, maple leaf,
    acorn, cherry blossom, potted plant, bouquet, apple, pear, banana, orange, lemon, lime, peach, plum, cherry, strawberry,
    grapes, watermelon, pineapple, coconut, mango, avocado, tomato, carrot, corn, pumpkin, eggplant, broccoli, onion, garlic,
    potato, bell pepper, bread, croissant, pretzel, bagel, pancakes, waffle, cheese, egg, pizza, hamburger, taco, sandwich, hot
    dog, french fries, popcorn, cupcake, cake, pie, cookie, doughnut, ice cream, lollipop, candy, honey pot, glass of lemonade,
    sushi, spaghetti, yarn, sewing needle, broom, bathtub, bed, mirror, door, window, couch, teacup, jar, oil lamp, crystal
    ball, hourglass, watch, sunglasses, glasses, headphones, microphone, accordion, harp, saxophone, banjo, paper boat, paper
    plane, piggy bank, skull, ghost, astronaut, race car, pickup truck, taxi, fire engine, ambulance, scooter, skateboard, sled,
    ferris wheel, parachute, flying saucer, satellite, ringed planet, crescent moon, sun, comet, rainbow, cloud, snowflake,
    volcano, iceberg, fire
""")
# Things that are not counted.
UNCOUNTED = words("""
    bow and arrow, bread, broccoli, candy, cheese, corn, cup of coffee, fire, french fries, garlic, glass of lemonade, glasses,
    grapes, headphones, honey pot, ice cream, pancakes, popcorn, scissors, spaghetti, sun, sunglasses, sushi, yarn
""")
# Things named without an article.
PLURAL_THINGS = words("""
    grapes, pancakes, french fries, spaghetti, sunglasses, glasses, headphones, scissors, sushi, popcorn, yarn, bread, broccoli,
    garlic, corn
""")
MATERIALS = words("""
    wooden, stone, metal, brass, bronze, silver, golden, glass, ceramic, copper, iron, marble, leather, porcelain, clay, crystal
""")
LOOKS = words("old, antique, vintage, rusty, small, large, tiny, giant, tall, fluffy, shiny, little, big")
WORN = words("""
    a red scarf, a top hat, sunglasses, a bow tie, a blue hat, a crown, a green scarf, a party hat, a blue bandana, glasses, a
    cowboy hat, headphones
""")
SURFACES = words("""
    wooden table, table, brick wall, wooden desk, shelf, marble surface, velvet cushion, checkered tablecloth, wooden chair,
    windowsill, plate, rug, blanket, silk cloth, stone wall, white sheet, book, branch, rock, hill, roof, sandy beach, grassy
    field, bench, paper background
""")

# ---- garments
GARMENTS = {
    "coat": words("coat, overcoat, trench coat, raincoat, peacoat, parka, robe"),
    "jacket": words("jacket, blazer, hoodie, cardigan, windbreaker"),
    "shirt": words("shirt, t-shirt, blouse, tunic, polo shirt"),
    "sweater": words("sweater, pullover, jumper, sweatshirt"),
    "dress": words("dress, gown, summer dress"),
    "skirt": words("skirt, kilt"),
    "pants": words("pants, trousers, jeans, leggings, slacks"),
    "shorts": words("shorts"),
    "overalls": words("overalls, dungarees, jumpsuit"),
    "scarf": words("scarf, shawl, bandana"),
    "vest": words("vest, waistcoat"),
    "cape": words("cape, cloak, poncho"),
    "apron": words("apron"),
    "beanie": words("beanie"),
    "beret": words("beret"),
    "mittens": words("mittens"),
    "gloves": words("gloves"),
    "hat": words("hat, sunhat, fedora"),
    "boots": words("boots"),
}
GARMENT_WEIGHTS = {
    "coat": 7, "jacket": 9, "shirt": 9, "sweater": 8, "dress": 9, "skirt": 6, "pants": 9, "shorts": 4, "overalls": 3,
    "scarf": 7, "vest": 4, "cape": 3, "apron": 2, "beanie": 2, "beret": 2, "mittens": 2, "gloves": 3, "hat": 3, "boots": 4,
}
# Garments named without an article.
PAIRS_OF = words("boots, gloves, mittens, overalls, pants, shorts, jeans, leggings, dungarees")
CLOTHS = words("""
    wool, corduroy, denim, silk, velvet, leather, linen, cotton, tweed, satin, chiffon, lace, suede, knit, flannel, fleece,
    cashmere, fur
""")
PATTERNS = words("""
    striped, plaid, checkered, polka dot, floral, paisley, tartan, camouflage, pinstriped, herringbone, argyle, gingham
""")
PARTS = {
    "coat": words("collar, buttons, pockets, belt, hood, trim, lining, cuffs, toggles, faux fur collar, fur trim"),
    "jacket": words("buttons, zipper, pockets, collar, lapels, trim, elbow patches, hood, cuffs, lining"),
    "shirt": words("buttons, collar, cuffs, pocket, long sleeves, chest pocket, stripes, polka dots"),
    "sweater": words("stripes, elbow patches, collar, cuffs, zipper, long sleeves, polka dots"),
    "dress": words("belt, collar, trim, long sleeves, buttons, polka dots, sash, hem, lace trim, pockets"),
    "skirt": words("hem, belt, trim, pockets, polka dots, stripes, waistband, buttons"),
    "pants": words("pockets, belt, buttons, patch pockets, cuffs, stripes, patches"),
    "shorts": words("pockets, belt, stripes, hem, buttons"),
    "overalls": words("pockets, buttons, patches, patch pockets"),
    "scarf": words("fringe, tassels, tassel trim, stripes, polka dots, long fringe"),
    "vest": words("buttons, pockets, trim, zipper, fringe"),
    "cape": words("hood, lining, trim, clasp, collar"),
    "apron": words("pocket, pockets, stripes, trim"),
    "beanie": words("pompom, stripes"),
    "beret": words("trim, pompom"),
    "mittens": words("trim, stripes, cuffs"),
    "gloves": words("cuffs, trim, buttons, studs"),
    "hat": words("band, ribbon, trim"),
    "boots": words("buckles, trim, laces, fur trim"),
}
PART_STUFFS = words("gold, silver, brass, white, black, wooden, pearl, copper, bronze, leather")

# ---- geometry
FLATS = words("""
    circle, ellipse, oval, square, rectangle, triangle, trapezoid, parallelogram, pentagon, hexagon, octagon, star, crescent,
    diamond, heart, cross, ring, spiral, zigzag, bar, dot, tile
""")
SOLIDS = words("cube, sphere, pyramid, cone, cylinder, prism, dodecahedron, torus, crystal, ball, orb, box")
GROUNDS = words("background, canvas, sheet, surface, backdrop, panel, paper, wall, field, cloth")
ARRANGED = words("""
    in a grid, in a row, in a spiral, scattered, arranged in a circle, forming a grid, in a diagonal line, stacked together, in
    a chaotic grid, overlapping, floating, arranged in a grid, forming a spiral, layered together, side by side, in two rows
""")
