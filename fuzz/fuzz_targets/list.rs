//! Any bytes are a list or refused; rows come in order, each from a line of the file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use linocut::list::{JsonLines, ListError, read_csv};

fuzz_target!(|bytes: &[u8]| {
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
    match read_csv(bytes, &["id", "description"]) {
        Ok(rows) => ordered(rows.iter().map(|row| row.line), lines),
        Err(error) => told(&error),
    }
    match JsonLines::<&[u8]>::of(bytes) {
        Ok(rows) => ordered(rows.iter().map(|row| row.number), lines),
        Err(error) => told(&error),
    }
});

fn ordered(numbers: impl Iterator<Item = u64>, lines: usize) {
    let numbers: Vec<u64> = numbers.collect();
    assert!(numbers.is_sorted() && numbers.iter().all(|line| (1..=lines as u64).contains(line)));
}

fn told(error: &ListError) {
    assert!(!error.to_string().is_empty());
}
