//! Compiles and lints every crate with each of its features alone, with none, and with all that need no toolkit.

use std::time::Instant;

use crate::Failure;
use crate::workspace::{Metadata, Package, cargo, execute, has};

/// Features that need a toolkit of a graphics card.
const TOOLKIT: [&str; 4] = ["cuda", "cudnn", "flash-attn", "metal"];
/// Features that compile C.
const C_COMPILER: [&str; 1] = ["hub"];

/// A crate with some of its features.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Combination {
    package: String,
    features: Vec<String>,
}

fn check(combinations: &[Combination]) -> Result<(), Failure> {
    for (combination, number) in combinations.iter().zip(1..) {
        let Combination { package, features } = combination;
        let features = features.join(",");
        let begun = Instant::now();
        let mut clippy = cargo();
        clippy.args(["clippy", "--quiet", "--locked", "--package", package, "--no-default-features"]);
        execute(clippy.args(["--features", &features, "--", "-D", "warnings"]))?;
        let name = if features.is_empty() { "no feature" } else { &features };
        println!("{number:3} of {}  {:5.1} s  {package}: {name}", combinations.len(), begun.elapsed().as_secs_f64());
    }
    Ok(())
}

pub(crate) fn run() -> Result<(), Failure> {
    let metadata = Metadata::read(&["--no-deps"])?;
    let has_c_compiler = has("cc") || has("cl");
    if !has_c_compiler {
        println!("no C compiler: {} is left out", C_COMPILER.join(", "));
    }
    let is_usable = |feature: &str| !TOOLKIT.contains(&feature) && (has_c_compiler || !C_COMPILER.contains(&feature));
    let combinations: Vec<Combination> =
        metadata.members().into_iter().flat_map(|package| combinations(package, is_usable)).collect();
    check(&combinations)
}

/// None, each alone, and all; each set once.
fn combinations(package: &Package, is_usable: impl Fn(&str) -> bool) -> Vec<Combination> {
    let usable: Vec<String> =
        package.features.keys().filter(|name| *name != "default" && is_usable(name)).cloned().collect();
    let none = std::iter::once(Vec::new());
    let each = usable.iter().map(|feature| vec![feature.clone()]);
    let all = (usable.len() > 1).then(|| usable.clone());
    let sets = none.chain(each).chain(all);
    sets.map(|features| Combination { package: package.name.clone(), features }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(features: &[&str]) -> Package {
        let features: serde_json::Value = features
            .iter()
            .map(|name| ((*name).to_owned(), serde_json::json!([])))
            .collect::<serde_json::Map<_, _>>()
            .into();
        serde_json::from_value(serde_json::json!({
            "id": "a", "name": "a", "version": "0.1.0", "license": "MIT", "manifest_path": "a/Cargo.toml", "features": features
        }))
        .unwrap()
    }

    fn sets(features: &[&str]) -> Vec<String> {
        let is_usable = |feature: &str| !TOOLKIT.contains(&feature);
        combinations(&package(features), is_usable).into_iter().map(|it| it.features.join(",")).collect()
    }

    #[test]
    fn each_feature_stands_alone_and_all_stand_together() {
        assert_eq!(sets(&["default", "judge", "ocr"]), ["", "judge", "ocr", "judge,ocr"]);
    }

    #[test]
    fn a_crate_without_features_is_checked_once_and_one_feature_not_twice() {
        assert_eq!(sets(&[]), [""]);
        assert_eq!(sets(&["candle"]), ["", "candle"]);
    }

    #[test]
    fn toolkits_are_left_out() {
        assert_eq!(sets(&["cuda", "cudnn", "hub", "metal"]), ["", "hub"]);
    }
}
