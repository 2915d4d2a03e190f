//! Medians and ratios, as text.

use std::fmt;
use std::time::Duration;

use crate::data::Workload;

/// What one contender did in each round of a workload.
#[derive(Debug)]
pub struct Series {
    pub name: &'static str,
    /// Per operation, one a round.
    pub times: Vec<Duration>,
    /// Time that this process, not a server, was on a processor, likewise.
    pub work: Vec<Duration>,
    /// Allocations per operation, if they were counted.
    pub allocations: Option<f64>,
}

/// All contenders at one workload; the first is what the others are compared with.
#[derive(Debug)]
pub struct Report {
    pub workload: Workload,
    pub series: Vec<Series>,
}

impl Report {
    /// Prints a line a contender.
    pub fn print(&self) {
        let Some(reference) = self.series.first() else { return };
        for (at, series) in self.series.iter().enumerate() {
            let times = Quartiles::of(series.times.iter().map(Duration::as_secs_f64));
            let label = if at == 0 { self.workload.to_string() } else { String::new() };
            let name = series.name;
            let ratio = match at {
                0 => "   1".to_owned(),
                _ => {
                    let time = Quartiles::of_ratios(&series.times, &reference.times);
                    let work = Quartiles::of_ratios(&series.work, &reference.work);
                    format!("{time}  {work}")
                }
            };
            let allocations = series.allocations.map_or(String::new(), |count| format!("{count:10.1}"));
            println!("{label:<12} {name:<9} {:>10}  {ratio:<48}{allocations}", human(times.median));
        }
    }

    /// A row of a table in Markdown: the ratio of everyone who is in `names`.
    pub fn markdown(&self, names: &[&str]) -> String {
        let mut line = format!("| {} |", self.workload);
        for name in names {
            let found = self.series.iter().find(|series| series.name == *name).zip(self.series.first());
            let ratio = found.map(|(own, reference)| Quartiles::of_ratios(&own.times, &reference.times).median);
            line.push_str(&ratio.map_or(" – |".to_owned(), |ratio| format!(" {ratio:.2} |")));
        }
        line
    }
}

fn human(seconds: f64) -> String {
    if seconds >= 1e-3 { format!("{:.3} ms", seconds * 1e3) } else { format!("{:.2} µs", seconds * 1e6) }
}

struct Quartiles {
    low: f64,
    median: f64,
    high: f64,
}

/// Median (quartiles).
impl fmt::Display for Quartiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spread = format!("({:.2} to {:.2})", self.low, self.high);
        write!(f, "{:7.2} {spread:<15}", self.median)
    }
}

impl Quartiles {
    /// Round by round: what slows the machine down for a while slows both.
    fn of_ratios(own: &[Duration], other: &[Duration]) -> Self {
        Self::of(own.iter().zip(other).map(|(own, other)| own.as_secs_f64() / other.as_secs_f64()))
    }

    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let at = |quarter: usize| {
            let end = values.len().saturating_sub(1);
            let (low, high) = (end * quarter / 4, (end * quarter).div_ceil(4));
            values.get(low).zip(values.get(high)).map_or(f64::NAN, |(low, high)| f64::midpoint(*low, *high))
        };
        Self { low: at(1), median: at(2), high: at(3) }
    }
}

#[cfg(test)]
mod tests {
    use super::Quartiles;

    #[test]
    fn quartiles() {
        let of = |values: &[f64]| {
            let Quartiles { low, median, high } = Quartiles::of(values.iter().copied());
            (low, median, high)
        };
        assert_eq!(of(&[5.0, 1.0, 4.0, 2.0, 3.0]), (2.0, 3.0, 4.0));
        assert_eq!(of(&[1.0, 2.0]), (1.5, 1.5, 1.5));
        assert_eq!(of(&[7.0]), (7.0, 7.0, 7.0));
    }
}
