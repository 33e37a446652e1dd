//! What a word can mean to the composer.

/// A place that is drawn as background, in the order from far to near.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Setting {
    Space,
    City,
    Mountains,
    Canyon,
    Hills,
    Village,
    Forest,
    Waterfall,
    Sea,
    Cliffs,
    Harbor,
    Island,
    Lake,
    Lagoon,
    River,
    Underwater,
    Swamp,
    Snow,
    Desert,
    Field,
    Meadow,
    Orchard,
    Garden,
    Beach,
    Street,
    Road,
    Room,
}

/// Time of day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Time {
    Dawn,
    Day,
    Dusk,
    Night,
}

/// What the air does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Weather {
    Clear,
    Sunny,
    Cloudy,
    Stormy,
    Foggy,
    Rainy,
    Snowing,
    Starry,
}

/// A flat figure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flat {
    Circle,
    Ellipse,
    Square,
    Rectangle,
    /// A long rectangle.
    Bar,
    Triangle,
    Trapezoid,
    Parallelogram,
    Pentagon,
    Hexagon,
    Octagon,
    Star,
    Crescent,
    Diamond,
    Heart,
    Plate,
    Pillow,
    Cross,
    Ring,
    Spiral,
    Zigzag,
    Wave,
    Line,
}

/// How things are held together: by what they lie in, or by how they lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Gathering {
    Bowl,
    Basket,
    Bucket,
    Pot,
    Box,
    Jar,
    Tray,
    /// Things that lie on things, in rows that grow shorter.
    Pile,
    /// One on top of the other.
    Stack,
    /// Two that belong together.
    Pair,
    /// Several that hang or stand from one point.
    Bunch,
}

/// A body, drawn shaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Solid {
    Cube,
    Sphere,
    Pyramid,
    Cone,
    Cylinder,
    Prism,
    Dodecahedron,
    Torus,
    Gem,
}

/// Something to wear that is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Garment {
    Coat,
    Jacket,
    Shirt,
    Sweater,
    Dress,
    Skirt,
    Pants,
    Shorts,
    Overalls,
    Scarf,
    Vest,
    Cape,
    Apron,
    Beanie,
    Beret,
    Mittens,
    Gloves,
    Hat,
    Boots,
}

impl Garment {
    /// Whether one of it is half of a pair.
    pub(crate) fn comes_in_pairs(self) -> bool {
        matches!(self, Self::Mittens | Self::Gloves | Self::Boots)
    }

    /// Whether it is worn on the head.
    pub(crate) fn is_headwear(self) -> bool {
        matches!(self, Self::Hat | Self::Beanie | Self::Beret)
    }
}

/// A part of a garment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Collar,
    Pocket,
    Button,
    Tassel,
    Belt,
    Zipper,
    Patch,
    Hood,
    Cuff,
    Sleeve,
    /// A line along the edges.
    Trim,
    Lining,
    Pompom,
}

/// Something flat to lie on or behind things.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Surface {
    /// Fills the picture.
    Ground,
    /// A plate with room around it.
    Sheet,
    /// Cloth that fills the picture.
    Cloth,
    /// A wall that fills the picture.
    Wall,
    /// A table under the things.
    Table,
}

/// What a thing is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Material {
    Wool,
    Fur,
    Corduroy,
    Denim,
    Silk,
    Velvet,
    Leather,
    Linen,
    Metal,
    Glass,
    Wood,
    Stone,
    Brick,
    Clay,
    Tweed,
    Satin,
    Chiffon,
    Marble,
    Ice,
    Straw,
    Lace,
}

/// A pattern of two colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pattern {
    Checkered,
    Striped,
    Dotted,
    Plaid,
    Floral,
    Paisley,
    Chevron,
    Camouflage,
}

/// How the shapes of a picture are placed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Arrangement {
    Grid,
    Spiral,
    Layered,
    Interwoven,
    Scattered,
    Row,
    /// A row from corner to corner.
    Diagonal,
    Stacked,
    Concentric,
    /// Long things one above the other.
    Parallel,
    /// A chain.
    Linked,
}

/// How a thing stands to the one named before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Relation {
    Beside,
    Over,
    Under,
    On,
    In,
    Around,
    Behind,
    Before,
    Between,
    With,
    Wearing,
    Of,
}

/// What a word adds to the noun that follows, or does to the whole picture.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Meaning {
    Setting(Setting),
    /// The sky itself, or a word for its state that can carry a colour (`a tangerine sunset`).
    Sky(Option<Time>),
    Weather(Weather),
    /// Leaves turn.
    Autumn,
    Flat(Flat),
    Solid(Solid),
    Garment(Garment),
    Part(Part),
    Surface(Surface),
    Material(Material),
    Pattern(Pattern),
    Arrangement(Arrangement),
    /// Makes an arrangement irregular.
    Chaotic,
    /// Lets light through.
    Translucent,
    /// Hangs in the air.
    Airborne,
    /// Runs in bends.
    Winding,
    Relation(Relation),
    Number(usize),
    /// Scale of the thing.
    Size(f32),
    /// A figure of something, in one material (`a bronze statue of a lion`).
    Effigy,
    /// The whole picture; a colour word before it tints it.
    Photograph,
    Stop,
}
