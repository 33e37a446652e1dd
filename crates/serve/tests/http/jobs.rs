//! Drawings that are made for a page.

use std::sync::{Arc, Mutex};

use image::Rgb;
use linocut::constraints::check_svg;
use linocut::trace::{BudgetTracer, Objective, VTracer, Work};
use linocut::{ByteBudget, Pipeline, PipelineOptions, Profile, Prompt, Stop, Task};
use linocut_serve::Limits;
use serde_json::{Value, json};

use crate::client::{Served, photograph};

fn trace(picture: &str, more: Value) -> Value {
    let mut trace = json!({ "picture": picture, "bytes": 2_000 });
    trace.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "trace": trace })
}

#[test]
fn a_drawing_has_the_bytes_of_the_tracer_itself() {
    let served = Served::new();
    let picture = photograph(240, 160);
    let id = served.picture(&picture);
    let mut events = served.events();
    let stop = Stop::never();
    let task = Task { image: Some(&picture), seed: 7, ..Task::new(ByteBudget::new(2_000), &stop) };
    for (name, objective) in [("raw", Objective::Raw), ("perceptual", Objective::Perceptual)] {
        let work = trace(&id, json!({ "sweeps": 6, "seed": 7, "objective": name }));
        assert_eq!(served.begin(&events, "a", 1, &work).status, 202);
        let done = events.until("done");
        let tracer = BudgetTracer::default().with_work(Work::Sweeps(6)).with_objective(objective).with_threads(1);
        let drawing = tracer.trace(&picture, &task).unwrap();
        assert_eq!(done["svg"], drawing.write().as_str(), "{name}");
        assert_eq!((&done["cut_short"], &done["slot"], &done["job"]), (&json!(false), &json!("a"), &json!(1)));
        assert_eq!(done["bytes"].as_u64().unwrap() as usize, drawing.byte_count());
        assert!(done["psnr"].as_f64().unwrap() > 15.0 && done["ssimulacra2"].as_f64().unwrap() < 100.0);
    }
    served.begin(&events, "a", 2, &trace(&id, json!({ "method": "vtracer" })));
    let drawing = VTracer::default().trace(&picture, &Task { seed: 0, ..task }).unwrap();
    assert_eq!(events.until("done")["svg"], drawing.write().as_str());
}

#[test]
fn drawings_are_those_of_the_pipeline_and_come_one_by_one() {
    let served = Served::new();
    let mut events = served.events();
    let work = json!({ "draw": { "description": "a red boat", "bytes": 4_000, "candidates": 2, "seed": 3 } });
    assert_eq!(served.begin(&events, "a", 1, &work).status, 202);
    let mut told = std::collections::HashMap::new();
    let drawn = loop {
        let event = events.next();
        match event["type"].as_str().unwrap() {
            "candidate" => {
                told.insert((event["id"].as_str().unwrap().to_owned(), event["full"].as_bool().unwrap()), event);
            }
            kind => break (assert_eq!(kind, "drawn"), event).1,
        }
    };
    let options = PipelineOptions {
        candidates: 2,
        jobs: 1,
        budget: ByteBudget::new(4_000),
        profile: Profile { max_bytes: 4_000, ..Profile::CONTEST },
        ..PipelineOptions::default()
    };
    let outcome =
        Pipeline { options, ..Pipeline::standard() }.run(&Prompt::new("a red boat", 3), &Stop::never()).unwrap();
    let best = (drawn["best"].as_str().unwrap().to_owned(), drawn["best_full"].as_bool().unwrap());
    assert_eq!(told[&best]["svg"], outcome.best().svg.as_str());
    // Reading JSON costs the last bit.
    assert!((told[&best]["total"].as_f64().unwrap() - outcome.best().scores.total).abs() < 1e-12);
    assert_eq!(told.keys().filter(|(_, full)| !full).count(), 4, "{:?}", told.keys());
    assert!(told.values().all(|event| event["parts"].as_array().unwrap().len() > 1));
}

#[test]
fn a_job_gives_way_to_the_next_in_its_slot() {
    let served = Served::new();
    let id = served.picture(&photograph(384, 300));
    let mut events = served.events();
    let long = |seed| trace(&id, json!({ "sweeps": 5_000, "seed": seed }));
    served.begin(&events, "tab/a", 1, &long(1));
    assert_eq!(events.until("progress")["job"], 1);
    served.begin(&events, "tab/a", 2, &long(2));
    served.begin(&events, "tab/b", 3, &long(3));
    // Nothing of the first job comes after what was on its way already.
    let later: Vec<u64> = (0..6).map(|_| events.next()["job"].as_u64().unwrap()).skip_while(|job| *job == 1).collect();
    assert!(!later.contains(&1) && later.contains(&2), "{later:?}");
    served.until_running(2);
    let cancel = |what: Value| served.post("/cancel", what.to_string().as_bytes()).status;
    assert_eq!(cancel(json!({ "stream": events.name, "prefix": "tab/" })), 200);
    served.until_running(0);
}

#[test]
fn a_job_that_is_stopped_gives_the_best_so_far() {
    let served = Served::new();
    let id = served.picture(&photograph(200, 200));
    let mut events = served.events();
    served.begin(&events, "a", 1, &trace(&id, json!({ "sweeps": 5_000 })));
    while events.until("progress")["done"].as_f64().unwrap() < 0.001 {}
    served.post("/cancel", json!({ "stream": events.name, "slot": "a" }).to_string().as_bytes());
    let done = events.until("done");
    assert_eq!(done["cut_short"], true);
    assert!(done["bytes"].as_u64().unwrap() <= 2_000 && done["psnr"].as_f64().unwrap() > 12.0, "{done}");
}

#[test]
fn work_ends_when_nobody_listens() {
    let served = Served::new();
    let id = served.picture(&photograph(384, 300));
    let others = served.events();
    served.begin(&others, "a", 1, &trace(&id, json!({ "sweeps": 5_000 })));
    let mut events = served.events();
    served.begin(&events, "a", 1, &trace(&id, json!({ "sweeps": 5_000 })));
    let draw = json!({ "draw": { "description": "a purple forest", "bytes": 9_000, "candidates": 64 } });
    served.begin(&events, "b", 2, &draw);
    events.until("progress");
    served.until_running(3);
    let name = events.name.clone();
    drop(events);
    let took = served.until_running(1);
    println!("ended after {took:?}");
    let gone = json!({ "stream": name, "slot": "a", "job": 1, "work": draw });
    assert_eq!(served.post("/jobs", gone.to_string().as_bytes()).status, 410);
}

#[test]
fn ten_jobs_all_progress() {
    let served = Served::new();
    let id = served.picture(&photograph(150, 100));
    let reached = Arc::new(Mutex::new([0.0_f64; 10]));
    let at_first = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..10)
            .map(|place| {
                let mut events = served.events();
                let work = trace(&id, json!({ "sweeps": 40, "seed": place }));
                assert_eq!(served.begin(&events, "a", 1, &work).status, 202);
                let reached = Arc::clone(&reached);
                scope.spawn(move || {
                    loop {
                        let event = events.next();
                        match event["type"].as_str().unwrap() {
                            "progress" => reached.lock().unwrap()[place] = event["done"].as_f64().unwrap(),
                            "done" => return *reached.lock().unwrap(),
                            kind => assert_eq!(kind, "figures", "{event}"),
                        }
                    }
                })
            })
            .collect();
        let ended: Vec<[f64; 10]> = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
        let sum = |reached: &[f64; 10]| reached.iter().sum::<f64>();
        ended.into_iter().min_by(|a, b| sum(a).total_cmp(&sum(b))).unwrap()
    });
    // When the first is done, none has been left behind.
    println!("{at_first:?}");
    assert!(at_first.iter().all(|done| *done > 0.2), "{at_first:?}");
}

#[test]
fn jobs_streams_and_pictures_are_bounded() {
    let limits = Limits { jobs: 2, streams: 2, picture_bytes: 500_000, ..Limits::default() };
    let served = Served::within(limits);
    let id = served.picture(&photograph(200, 200));
    let events = [served.events(), served.events()];
    assert_eq!(served.get("/events").status, 503);
    let long = trace(&id, json!({ "sweeps": 5_000 }));
    for (place, slot) in ["a", "b"].into_iter().enumerate() {
        assert_eq!(served.begin(&events[place], slot, 1, &long).status, 202);
    }
    let refused = served.begin(&events[0], "c", 1, &long);
    assert_eq!(refused.status, 503);
    assert!(refused.error().contains("2 drawings"));
    // The picture in use stays; another large one finds no room.
    let other = linocut::raster::encode_png(&photograph(300, 250)).unwrap();
    assert_eq!(served.post("/pictures", &other).status, 503);
    drop(events);
    served.until_running(0);
    assert_eq!(served.post("/pictures", &other).status, 200);
    assert_eq!(served.get(&format!("/pictures/{id}")).status, 404);
}

#[test]
fn settings_out_of_range_are_named() {
    let served = Served::new();
    let id = served.picture(&photograph(20, 20));
    let events = served.events();
    for (work, named) in [
        (trace(&id, json!({ "bytes": 3 })), "`bytes` is 3, expected 200 to 1000000"),
        (trace(&id, json!({ "seconds": 1e9 })), "`seconds`"),
        (trace(&id, json!({ "sweeps": 1, "seconds": 1 })), "one of them"),
        (trace(&id, json!({ "threads": 64 })), "unknown field `threads`"),
        (trace(&id, json!({ "objective": "best" })), "unknown variant `best`"),
        (json!({ "draw": { "description": "a", "bytes": 500, "candidates": 0 } }), "`candidates` is 0"),
        (json!({ "shell": "rm" }), "unknown variant `shell`"),
    ] {
        let answer = served.begin(&events, "a", 1, &work);
        assert_eq!(answer.status, 422, "{work}");
        assert!(answer.error().contains(named), "{}", answer.error());
    }
    assert_eq!(served.begin(&events, "a", 1, &trace("gone", json!({}))).status, 410);
    assert_eq!(served.post("/jobs", b"not json").status, 422);
    assert_eq!(served.post("/jobs", &[b'['; 70_000]).status, 413);
    let nested = [&b"["[..]; 20_000].concat();
    assert_eq!(served.post("/jobs", &nested).status, 422);
}

#[test]
fn a_job_that_fails_says_why() {
    let served = Served::new();
    let id = served.picture(&image::RgbImage::from_pixel(30, 30, Rgb([9, 9, 9])));
    let mut events = served.events();
    let work = json!({ "draw": { "description": "a boat", "bytes": 500, "candidates": 1, "model": "nonesuch" } });
    assert_eq!(served.begin(&events, "a", 4, &work).status, 202);
    let failed = events.next();
    assert_eq!((&failed["type"], &failed["job"]), (&json!("failed"), &json!(4)));
    assert!(failed["error"].as_str().unwrap().contains("nonesuch"));
    // A picture of one colour is a drawing like any other, and exact.
    served.begin(&events, "a", 5, &trace(&id, json!({ "sweeps": 1 })));
    let done = events.until("done");
    assert_eq!(done["psnr"], Value::Null);
    let svg = linocut::Svg::new(done["svg"].as_str().unwrap()).unwrap();
    assert!(check_svg(&svg, &Profile::CONTEST).is_ok());
}
