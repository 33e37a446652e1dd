//! scratch
#![allow(missing_docs, clippy::print_stderr)]
use std::time::Instant;
use image::RgbImage;
use linocut_svg::{Color, Drawing};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use super::chain::Terms;
use super::paint::Paint;
use super::segment::{Saving, segment};
use super::state::{Layer, State, drawing};

pub fn env(name: &str, default: f64) -> f64 { std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default) }

pub fn run(image: &RgbImage, budget: usize, seconds: f64) -> Drawing {
    let begin = Instant::now();
    let mut rng = Pcg64Mcg::seed_from_u64(1);
    let regions = env("REGIONS", 500.0) as usize;
    let mut segments = segment(image, env("BLOCK", 2.0) as usize, regions, Saving { shape: env("SHAPE",28.0) as f32, boundary: env("BOUNDARY",2.0) as f32 }, (env("SURPLUS", 1.4) * budget as f64) as f32);
    let nreg = segments.areas.len();
    segments.sharpen(image, 2);
    let t1 = begin.elapsed();
    let drafts = super::start::layers(image, &segments, env("COLORS",60.0) as usize, env("OVERLAP",2.0) as usize, (env("FILL0",1.25)*budget as f64) as i32);
    let layers = drafts.into_iter().map(|d| { let [r,g,b]=d.color.map(|v| v.round() as u8); Layer { paint: Paint::opaque(Color::new(r,g,b)), rings: d.rings } }).collect();
    let mean = image::Rgb([128,128,128]);
    let n = (image.width()*image.height()) as usize;
    let mut state = State::new(image, vec![1.0; n], Color::new(mean.0[0],mean.0[1],mean.0[2]), layers);
    let t2 = begin.elapsed();
    let psnr = |error: f64| 10.0*(255.0f64*255.0/(error/16.0/3.0/n as f64)).log10();
    let verbose = env("VERBOSE", 0.0) > 0.0;
    if verbose { eprintln!("{} regions segment {t1:?} start {t2:?}: {} B, {:.2} dB, {} layers", nreg, state.bytes, psnr(state.error), state.layers.len()); }
    let mut lambda = env("LAMBDA",0.3) * state.error / budget as f64;
    let mut best: Option<(f64, Vec<Layer>)> = None;
    let mut sweep = 0; let mut shrinking = true; let mut tried=0u64;
    let budget_i = budget as i32;
    let mut phases = [0.0f64; 6];
    loop {
        let mut terms = Terms::new(lambda, (budget as f64*(if (sweep as f64) < 0.9 * env("SWEEPS", 1e9) && begin.elapsed().as_secs_f64() < 0.9*seconds {env("OVER",1.02)} else {1.0})) as i32 - state.bytes);
        let total = env("SWEEPS", 1e9); let progress = (sweep as f64 / total).max(begin.elapsed().as_secs_f64()/seconds);
        terms.heat = lambda * env("HEAT", 0.0) * (1.0 - progress / 0.8).max(0.0); terms.luck ^= sweep as u64 * 77777777777;
        let (mut ta, mut tb)=(0,0); let mut clock = Instant::now(); let mut lap = |i: usize, phases: &mut [f64;6]| { phases[i] += clock.elapsed().as_secs_f64(); clock = Instant::now(); };
        let before = terms;
        state.sweep_vertices(&mut terms, if sweep % 2 == 0 { env("BANDS", 4.0) as usize } else { env("BANDS", 4.0) as usize / 2 }, env("THREADS", 2.0) as usize, 1000 + sweep as u64);
        ta += terms.accepted - before.accepted; tb += terms.tried - before.tried; tried += u64::from(terms.tried);
        lap(0,&mut phases);
        state.delete_rings(&mut terms, &mut rng); lap(1,&mut phases);
        if sweep % 2 == 0 { state.add_rectangles(&mut terms, &mut rng, env("RECTS", 24.0) as usize, env("GLASS", 1.0) > 0.0); } lap(2,&mut phases);
        if sweep % 3 == 0 { state.reassign_rings(&mut terms, &mut rng); }
        lap(3,&mut phases); state.compact();
        for layer in state.layers.iter_mut().skip(1) { for ring in &mut layer.rings { let idle = std::mem::take(&mut ring.idle); let before = ring.points.clone(); super::cost::settle(&mut ring.points); if before==ring.points { ring.idle = idle } else { ring.idle = vec![0; ring.points.len()] } } }
        lap(4,&mut phases); if env("GLASS",1.0) > 0.0 && sweep % 2 == 0 && sweep > 4 { state.refit_opacities(&mut terms, sweep / 2); }
        if sweep % 2 == 1 { state.refit_colors(lambda); } else { state.error = state.coverage.error(); }
        state.bytes = state.drawing().byte_count() as i32;
        lap(5,&mut phases);
        if state.bytes <= budget_i && best.as_ref().is_none_or(|b| state.error < b.0) { best = Some((state.error, state.layers.clone())); }
        sweep += 1;
        let fill = f64::from(state.bytes) / budget as f64;
        if verbose && (sweep < 10 || sweep % (env("EVERY", 20.0) as usize) == 0) {
            let rings: usize = state.layers.iter().map(|l| l.rings.len()).sum();
            let verts: usize = state.layers.iter().flat_map(|l| &l.rings).map(|r| r.points.len()).sum();
            eprintln!("{sweep} {:?} λ {:.0} {} B {:.3} dB {} layers {rings} rings {verts} vertices, {ta}/{tb} tried {tried}", begin.elapsed(), lambda, state.bytes, psnr(state.error), state.layers.len());
        }
        if begin.elapsed().as_secs_f64() > seconds || sweep >= env("SWEEPS", 1e9) as usize { break; }
        let late = (sweep as f64) >= 0.85 * env("SWEEPS", 1e9) || begin.elapsed().as_secs_f64() > 0.85*seconds;
        if shrinking && fill <= 1.0 { shrinking = false; lambda *= env("CROSS", 0.7); }
        else if shrinking { lambda *= env("GROW", 1.15); } else if fill > 1.0 { lambda *= if late {1.12} else {env("UP",1.08)} } else if fill < 0.97 { lambda *= (1.0 - 5.0*(1.0-fill)).max(0.6) } else { lambda *= env("DOWN",0.92) }
    }
    let (e, layers) = best.unwrap_or((state.error, state.layers.clone()));
    if verbose { eprintln!("best {:.3} sweeps {sweep} phases {phases:.2?}", psnr(e)); }
    drawing(state.size, &layers)
}
