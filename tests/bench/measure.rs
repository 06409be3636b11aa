//! Clocks, quantiles and the table.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn fields(path: &str) -> Vec<f64> {
    let stat = std::fs::read_to_string(path).unwrap();
    let after = stat.rsplit_once(')').unwrap().1;
    after
        .split_whitespace()
        .map(|field| field.parse().unwrap_or_default())
        .collect()
}

/// CPU seconds of this process so far, with all its threads.
pub(crate) fn own_cpu() -> f64 {
    let fields = fields("/proc/self/stat");
    (fields[11] + fields[12]) / 100.0
}

/// CPU seconds of the children that have ended.
fn child_cpu() -> f64 {
    let fields = fields("/proc/self/stat");
    (fields[13] + fields[14]) / 100.0
}

/// What one run cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// Seconds of CPU, user and system.
    pub(crate) cpu: f64,
    /// Seconds on the wall.
    pub(crate) wall: f64,
}

/// Runs a program to its end and tells what it cost.
pub(crate) fn run(command: &mut Command) -> Cost {
    let (cpu, start) = (child_cpu(), Instant::now());
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Cost {
        cpu: child_cpu() - cpu,
        wall: start.elapsed().as_secs_f64(),
    }
}

/// The value at a share of the sorted values.
pub(crate) fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let index = (values.len().saturating_sub(1) as f64 * share).round() as usize;
    values[index]
}

/// The middle of some values.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    quantile(&mut values.into_iter().collect::<Vec<_>>(), 0.5)
}

/// Milliseconds of a duration.
pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// How busy the machine is.
pub(crate) fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_owned()
}

/// The head of the table.
pub(crate) fn head() {
    let bar = "-".repeat(126);
    println!(
        "{:<46} {:>16} {:>16} {:>9}  {:<24} {:>6}\n{bar}",
        "measure", "baton", "peer or floor", "ratio", "aim", "load"
    );
}

/// One row, written when it is known.
pub(crate) fn row(measure: &str, baton: &str, peer: &str, ratio: Option<f64>, aim: &str) {
    let ratio = ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
    println!(
        "{measure:<46} {baton:>16} {peer:>16} {ratio:>9}  {aim:<24} {:>6}",
        load()
    );
    let _ = std::io::stdout().flush();
}

/// Seconds with their unit.
pub(crate) fn seconds(value: f64) -> String {
    format!("{value:.2} s")
}
