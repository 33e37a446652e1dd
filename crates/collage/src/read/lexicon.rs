//! Which words mean what: closed tables of settings, shapes, garments, patterns and relations.

use linocut_words::lemmas;

use crate::read::meaning::{
    Arrangement, Flat, Garment, Material, Meaning, Part, Pattern, Relation, Setting, Solid, Surface, Time, Weather,
};

use Meaning as M;

/// Meanings with the base forms that have them.
const TABLE: &[(Meaning, &str)] = &[
    (
        M::Stop,
        "out up down off away toward towards about spaced evenly angle a an the this that these those is are be its it's their his her he she they it as at by for from to into onto s",
    ),
    (
        M::Stop,
        "together arranged arrange arrangement connected and or while who which there here some any very so but where when has have",
    ),
    (
        M::Stop,
        "sit stand rest lie perch nestle lean set place form colored coloured made make look show feature shape top front middle center centre edge drawing painting slice piece art sail drive park fill cover capped play grow",
    ),
    (M::Relation(Relation::Over), "over above atop overhead overlooking overlook"),
    (M::Relation(Relation::Under), "under below beneath underneath"),
    (M::Relation(Relation::On), "on upon against crossing across"),
    (M::Relation(Relation::In), "in inside within through among amid"),
    (M::Relation(Relation::Beside), "beside near next alongside beyond"),
    (M::Relation(Relation::Between), "between betwixt"),
    (M::Relation(Relation::Behind), "behind"),
    (M::Relation(Relation::Around), "around surround surrounding encircle"),
    (M::Relation(Relation::With), "with featuring hold holding carry carrying"),
    (M::Relation(Relation::Wearing), "wear wearing"),
    (M::Relation(Relation::Of), "of"),
    (M::Sky(None), "sky heaven air"),
    (M::Sky(Some(Time::Dawn)), "dawn sunrise daybreak"),
    (M::Sky(Some(Time::Day)), "day noon midday daylight morning afternoon"),
    (M::Sky(Some(Time::Dusk)), "dusk sunset twilight evening sundown gloaming"),
    (M::Sky(Some(Time::Night)), "night midnight nighttime"),
    (M::Weather(Weather::Clear), "clear cloudless"),
    (M::Weather(Weather::Sunny), "sunny sunlit sunshine"),
    (M::Weather(Weather::Cloudy), "cloudy overcast cloud"),
    (M::Weather(Weather::Stormy), "stormy storm thunderstorm tempest lightning"),
    (M::Weather(Weather::Foggy), "fog foggy mist misty haze hazy"),
    (M::Weather(Weather::Rainy), "rain rainy raining drizzle"),
    (M::Weather(Weather::Snowing), "snowfall snowing blizzard snowstorm snowflake"),
    (M::Weather(Weather::Starry), "starlit starry starlight moonlit"),
    (M::Autumn, "autumn fall autumnal"),
    (M::Setting(Setting::Space), "space galaxy cosmos universe nebula"),
    (M::Setting(Setting::City), "city skyline cityscape metropolis downtown"),
    (M::Setting(Setting::Mountains), "mountain peak summit alp ridge mountaintop range crag"),
    (M::Setting(Setting::Canyon), "canyon gorge ravine mesa badlands"),
    (M::Setting(Setting::Hills), "hill hillside knoll valley landscape scenery"),
    (M::Setting(Setting::Village), "village hamlet town"),
    (M::Setting(Setting::Waterfall), "waterfall cascade"),
    (M::Setting(Setting::Forest), "forest wood woods woodland jungle rainforest grove thicket"),
    (M::Setting(Setting::Sea), "sea ocean bay coast seaside waves tide"),
    (M::Setting(Setting::Cliffs), "cliff bluff fjord coastline"),
    (M::Setting(Setting::Harbor), "harbor harbour port marina pier dock jetty"),
    (M::Setting(Setting::Island), "island isle islet"),
    (M::Setting(Setting::Lake), "lake pond pool"),
    (M::Setting(Setting::Lagoon), "lagoon oasis"),
    (M::Setting(Setting::River), "river stream creek brook canal"),
    (M::Setting(Setting::Underwater), "underwater seabed undersea reef"),
    (M::Setting(Setting::Swamp), "swamp marsh bog wetland bayou"),
    (M::Setting(Setting::Snow), "snow snowy tundra glacier ice snowfield winter arctic"),
    (M::Setting(Setting::Desert), "desert dune savanna savannah"),
    (M::Setting(Setting::Field), "field cornfield farmland farm crop vineyard terrace"),
    (M::Setting(Setting::Meadow), "meadow plain grass grassland lawn park prairie pasture countryside"),
    (M::Setting(Setting::Orchard), "orchard"),
    (M::Setting(Setting::Garden), "garden"),
    (M::Setting(Setting::Beach), "beach sand shore shoreline seashore"),
    (M::Setting(Setting::Street), "street alley avenue boulevard"),
    (M::Setting(Setting::Road), "road highway lane path"),
    (M::Setting(Setting::Room), "room indoors indoor interior kitchen bedroom hall windowsill"),
    (M::Flat(Flat::Circle), "circle disc disk dot"),
    (M::Flat(Flat::Ellipse), "ellipse oval"),
    (M::Flat(Flat::Square), "square tile"),
    (M::Flat(Flat::Rectangle), "rectangle block oblong"),
    (M::Flat(Flat::Bar), "bar beam"),
    (M::Flat(Flat::Triangle), "triangle"),
    (M::Flat(Flat::Trapezoid), "trapezoid trapezium"),
    (M::Flat(Flat::Parallelogram), "parallelogram rhomboid"),
    (M::Flat(Flat::Pentagon), "pentagon"),
    (M::Flat(Flat::Hexagon), "hexagon"),
    (M::Flat(Flat::Octagon), "octagon heptagon polygon"),
    (M::Flat(Flat::Star), "star pentagram"),
    (M::Flat(Flat::Crescent), "crescent"),
    (M::Flat(Flat::Diamond), "diamond rhombus lozenge"),
    (M::Flat(Flat::Heart), "heart"),
    (M::Flat(Flat::Cross), "cross"),
    (M::Flat(Flat::Ring), "hoop"),
    (M::Flat(Flat::Spiral), "spiral swirl helix coil"),
    (M::Flat(Flat::Zigzag), "zigzag chevron"),
    (M::Flat(Flat::Wave), "wave ripple squiggle curve brushstroke"),
    (M::Flat(Flat::Line), "line thread string strand ribbon filament wire diagonal"),
    (M::Solid(Solid::Cube), "cube box cuboid"),
    (M::Solid(Solid::Sphere), "sphere ball orb globe bead"),
    (M::Solid(Solid::Pyramid), "pyramid tetrahedron"),
    (M::Solid(Solid::Cone), "cone"),
    (M::Solid(Solid::Cylinder), "cylinder tube column pillar"),
    (M::Solid(Solid::Prism), "prism"),
    (M::Solid(Solid::Dodecahedron), "dodecahedron icosahedron polyhedron octahedron"),
    (M::Solid(Solid::Torus), "torus toroid donut"),
    (M::Solid(Solid::Gem), "gem gemstone jewel crystal"),
    (M::Garment(Garment::Coat), "coat overcoat trenchcoat peacoat parka raincoat robe"),
    (M::Garment(Garment::Jacket), "jacket blazer windbreaker hoodie cardigan tuxedo suit"),
    (M::Garment(Garment::Shirt), "shirt tee blouse tunic polo"),
    (M::Garment(Garment::Sweater), "sweater jumper pullover jersey sweatshirt"),
    (M::Garment(Garment::Dress), "dress gown frock"),
    (M::Garment(Garment::Skirt), "skirt kilt"),
    (M::Garment(Garment::Pants), "pants trousers jeans slacks leggings chinos sweatpants joggers pant trouser jean"),
    (M::Garment(Garment::Shorts), "shorts"),
    (M::Garment(Garment::Overalls), "overalls dungarees overall jumpsuit"),
    (M::Garment(Garment::Scarf), "scarf shawl bandana stole"),
    (M::Garment(Garment::Vest), "vest waistcoat gilet"),
    (M::Garment(Garment::Cape), "cape cloak poncho"),
    (M::Garment(Garment::Apron), "apron pinafore"),
    (M::Garment(Garment::Beanie), "beanie toque"),
    (M::Garment(Garment::Beret), "beret"),
    (M::Garment(Garment::Mittens), "mitten"),
    (M::Garment(Garment::Gloves), "glove gauntlet"),
    (M::Garment(Garment::Hat), "hat fedora sunhat boater trilby bonnet"),
    (M::Garment(Garment::Boots), "boot"),
    (M::Part(Part::Collar), "collar lapel neckline"),
    (M::Part(Part::Pocket), "pocket"),
    (M::Part(Part::Button), "button toggle snap stud buckle clasp"),
    (M::Part(Part::Tassel), "tassel fringe"),
    (M::Part(Part::Trim), "trim edging border piping hem"),
    (M::Part(Part::Lining), "lining"),
    (M::Part(Part::Pompom), "pompom pompon"),
    (M::Part(Part::Belt), "belt sash waistband hatband band"),
    (M::Part(Part::Zipper), "zipper zip"),
    (M::Part(Part::Patch), "patch"),
    (M::Part(Part::Hood), "hood"),
    (M::Part(Part::Cuff), "cuff"),
    (M::Part(Part::Sleeve), "sleeve"),
    (M::Surface(Surface::Ground), "background backdrop surface canvas plane floor slab"),
    (M::Surface(Surface::Sheet), "sheet panel paper board"),
    (
        M::Surface(Surface::Cloth),
        "fabric cloth textile brocade curtain blanket rug carpet tapestry quilt tablecloth napkin placemat",
    ),
    (M::Surface(Surface::Wall), "wall"),
    (M::Surface(Surface::Table), "table desk shelf counter"),
    (M::Material(Material::Wool), "wool fleece knit cashmere knitted flannel woolen"),
    (M::Material(Material::Fur), "fur faux furry shearling"),
    (M::Material(Material::Corduroy), "corduroy ribbed"),
    (M::Material(Material::Denim), "denim"),
    (M::Material(Material::Silk), "silk silken"),
    (M::Material(Material::Velvet), "velvet suede velour velvety felt"),
    (M::Material(Material::Leather), "leather"),
    (M::Material(Material::Linen), "linen cotton canvas burlap muslin"),
    (M::Material(Material::Metal), "metal metallic iron steel chrome tin pewter aluminum aluminium"),
    (M::Material(Material::Glass), "glass crystal"),
    (M::Material(Material::Wood), "wooden"),
    (M::Material(Material::Stone), "stone rock granite gravel asphalt slate concrete cobblestone rocky stony"),
    (M::Material(Material::Brick), "brick"),
    (M::Material(Material::Clay), "clay ceramic porcelain terracotta"),
    (M::Material(Material::Tweed), "tweed"),
    (M::Material(Material::Satin), "satin satiny"),
    (M::Material(Material::Chiffon), "chiffon tulle gauze"),
    (M::Material(Material::Marble), "marble"),
    (M::Material(Material::Ice), "ice icy frozen"),
    (M::Material(Material::Straw), "straw wicker rattan raffia"),
    (M::Material(Material::Lace), "lace lacy crochet"),
    (M::Pattern(Pattern::Checkered), "checkered chequered checker checked checkerboard chessboard argyle houndstooth"),
    (M::Pattern(Pattern::Striped), "striped stripe pinstripe pinstriped stripy"),
    (M::Pattern(Pattern::Dotted), "dotted polka spotted"),
    (M::Pattern(Pattern::Plaid), "plaid tartan gingham"),
    (M::Pattern(Pattern::Floral), "floral flowered flowery"),
    (M::Pattern(Pattern::Paisley), "paisley"),
    (M::Pattern(Pattern::Chevron), "chevron zigzag herringbone"),
    (M::Pattern(Pattern::Camouflage), "camouflage camo"),
];

/// More of the table, words that place or scale.
const PLACING: &[(Meaning, &str)] = &[
    (M::Arrangement(Arrangement::Grid), "grid mosaic lattice tessellation checkerboard"),
    (M::Arrangement(Arrangement::Spiral), "spiral spiraling spiralling swirling orbiting orbit circling"),
    (M::Arrangement(Arrangement::Layered), "layered overlapping layer overlap"),
    (M::Arrangement(Arrangement::Stacked), "stacked stack piled pile"),
    (M::Arrangement(Arrangement::Row), "row"),
    (M::Arrangement(Arrangement::Diagonal), "diagonally"),
    (M::Arrangement(Arrangement::Concentric), "concentric nested"),
    (M::Arrangement(Arrangement::Parallel), "parallel"),
    (M::Arrangement(Arrangement::Linked), "interlocking interlocked linked interlinked interconnected intersecting"),
    (M::Arrangement(Arrangement::Interwoven), "interwoven woven entwined intertwined interlaced tangled weave braided"),
    (M::Arrangement(Arrangement::Scattered), "scattered scatter sprinkled strewn floating pattern"),
    (M::Chaotic, "chaotic messy random irregular disordered jumbled"),
    (M::Translucent, "translucent transluscent transparent sheer clear see-through glassy"),
    (M::Airborne, "float hover fly soar rise floating hovering flying soaring rising"),
    (M::Winding, "winding curving twisting meandering curved winds"),
    (M::Effigy, "statue sculpture figurine carving bust"),
    (M::Photograph, "photograph photo picture image illustration"),
    (M::Flat(Flat::Plate), "plate dish platter saucer"),
    (M::Flat(Flat::Pillow), "pillow cushion"),
    (M::Number(1), "one single lone solitary 1"),
    (M::Number(2), "two both twin couple pair 2"),
    (M::Number(3), "three trio several few 3"),
    (M::Number(4), "four 4"),
    (M::Number(5), "five 5"),
    (M::Number(6), "six 6"),
    (M::Number(7), "seven 7"),
    (M::Number(8), "eight many 8"),
    (M::Number(9), "nine 9"),
    (M::Number(10), "ten 10"),
    (M::Number(11), "eleven 11"),
    (M::Number(12), "twelve dozen 12"),
    (M::Number(13), "thirteen 13"),
    (M::Number(14), "fourteen 14"),
    (M::Number(15), "fifteen 15"),
    (M::Number(16), "sixteen 16"),
    (M::Number(18), "eighteen 18"),
    (M::Number(20), "twenty 20"),
    (M::Number(24), "24"),
    (M::Number(25), "25"),
    (M::Size(1.25), "big large giant huge massive enormous tall"),
    (M::Size(0.7), "small little tiny miniature mini"),
    (M::Size(1.0), "medium"),
];

/// Words that add nothing to a picture and count neither as used nor as unused.
pub(crate) fn is_stop(word: &str) -> bool {
    meanings(word).iter().any(|m| matches!(m, M::Stop | M::Relation(_)))
}

/// What a word can mean: meanings of the word itself first, then those of its base forms.
pub(crate) fn meanings(word: &str) -> Vec<Meaning> {
    let mut found = Vec::new();
    for lemma in lemmas(word) {
        let rows = TABLE.iter().chain(PLACING).filter(|(_, words)| words.split(' ').any(|w| w == lemma));
        for (meaning, _) in rows {
            if !found.contains(meaning) {
                found.push(*meaning);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflected_words_mean_what_their_base_means() {
        for (word, meaning) in [
            ("peaks", M::Setting(Setting::Mountains)),
            ("snowy", M::Setting(Setting::Snow)),
            ("trapezoids", M::Flat(Flat::Trapezoid)),
            ("dodecahedra", M::Solid(Solid::Dodecahedron)),
            ("trousers", M::Garment(Garment::Pants)),
            ("checkered", M::Pattern(Pattern::Checkered)),
            ("overlooking", M::Relation(Relation::Over)),
        ] {
            assert_eq!(meanings(word).first(), Some(&meaning), "{word}");
        }
    }

    #[test]
    fn no_row_lists_a_word_twice() {
        for (meaning, words) in TABLE.iter().chain(PLACING) {
            let mut words: Vec<&str> = words.split(' ').collect();
            words.sort_unstable();
            let count = words.len();
            words.dedup();
            assert_eq!(words.len(), count, "{meaning:?}");
        }
    }

    #[test]
    fn noise_means_nothing() {
        assert!(meanings("qzx").is_empty() && meanings("").is_empty() && !is_stop("lighthouse"));
    }
}
