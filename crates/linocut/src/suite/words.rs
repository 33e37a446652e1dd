//! Things, colours and relations of which suites are made.

/// Things that can be pictured alone, with their plurals.
pub(super) const THINGS: [(&str, &str); 64] = [
    ("apple", "apples"),
    ("backpack", "backpacks"),
    ("ball", "balls"),
    ("balloon", "balloons"),
    ("banana", "bananas"),
    ("bear", "bears"),
    ("bee", "bees"),
    ("bell", "bells"),
    ("bicycle", "bicycles"),
    ("bird", "birds"),
    ("boat", "boats"),
    ("book", "books"),
    ("boot", "boots"),
    ("bottle", "bottles"),
    ("bowl", "bowls"),
    ("box", "boxes"),
    ("bus", "buses"),
    ("butterfly", "butterflies"),
    ("cake", "cakes"),
    ("camera", "cameras"),
    ("candle", "candles"),
    ("car", "cars"),
    ("carrot", "carrots"),
    ("cat", "cats"),
    ("chair", "chairs"),
    ("clock", "clocks"),
    ("cow", "cows"),
    ("cup", "cups"),
    ("dog", "dogs"),
    ("drum", "drums"),
    ("duck", "ducks"),
    ("elephant", "elephants"),
    ("fish", "fish"),
    ("fork", "forks"),
    ("fox", "foxes"),
    ("frog", "frogs"),
    ("guitar", "guitars"),
    ("hammer", "hammers"),
    ("hat", "hats"),
    ("horse", "horses"),
    ("house", "houses"),
    ("key", "keys"),
    ("kite", "kites"),
    ("ladder", "ladders"),
    ("lamp", "lamps"),
    ("lemon", "lemons"),
    ("lion", "lions"),
    ("mushroom", "mushrooms"),
    ("owl", "owls"),
    ("pear", "pears"),
    ("pencil", "pencils"),
    ("rabbit", "rabbits"),
    ("rocket", "rockets"),
    ("scarf", "scarves"),
    ("shark", "sharks"),
    ("sheep", "sheep"),
    ("snail", "snails"),
    ("spoon", "spoons"),
    ("teapot", "teapots"),
    ("tractor", "tractors"),
    ("train", "trains"),
    ("truck", "trucks"),
    ("turtle", "turtles"),
    ("umbrella", "umbrellas"),
];

/// Colours that things are painted in.
pub(super) const COLOURS: [&str; 10] =
    ["black", "blue", "brown", "green", "orange", "pink", "purple", "red", "white", "yellow"];

/// Where one thing is, seen from another.
pub(super) const RELATIONS: [&str; 4] = ["to the left of", "to the right of", "above", "below"];

/// Numbers of things.
pub(super) const COUNTS: [&str; 4] = ["two", "three", "four", "five"];
