//! Medians as a table in Markdown.

use std::fmt;

use crate::contender::Contender;
use crate::measure::{Step, Taken};

/// What everyone took, step by step.
pub struct Report {
    contenders: Vec<Contender>,
    models: usize,
    taken: Vec<(Step, usize, Taken)>,
}

impl Report {
    pub fn new(contenders: &[Contender], models: usize) -> Self {
        Self { contenders: contenders.to_vec(), models, taken: Vec::new() }
    }

    pub fn add(&mut self, step: Step, contender: usize, taken: Taken) {
        self.taken.push((step, contender, taken));
    }

    fn median(&self, step: Step, contender: usize, of: fn(&Taken) -> f64) -> f64 {
        let mut values: Vec<f64> = self
            .taken
            .iter()
            .filter(|(one, at, _)| *one == step && *at == contender)
            .map(|(_, _, taken)| of(taken))
            .collect();
        values.sort_by(f64::total_cmp);
        let end = values.len().saturating_sub(1);
        let middle = values.get(end / 2).zip(values.get(end.div_ceil(2)));
        middle.map_or(f64::NAN, |(low, high)| f64::midpoint(*low, *high))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| step | contender | wall | processor | a model | memory of the largest process |")?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        for step in Step::ALL {
            // The structs alone come first.
            let base = self.median(step, 0, |taken| taken.processor.as_secs_f64());
            for (at, contender) in self.contenders.iter().enumerate() {
                let wall = self.median(step, at, |taken| taken.wall.as_secs_f64());
                let processor = self.median(step, at, |taken| taken.processor.as_secs_f64());
                #[expect(clippy::cast_precision_loss, reason = "memory and numbers of models are small")]
                let memory = self.median(step, at, |taken| taken.memory as f64 / (1024.0 * 1024.0));
                #[expect(clippy::cast_precision_loss, reason = "as above")]
                let each = (processor - base) * 1e3 / self.models as f64;
                writeln!(
                    f,
                    "| {} | {contender} | {wall:.2} s | {processor:.2} s | {each:.1} ms | {memory:.0} MiB |",
                    step.name()
                )?;
            }
        }
        Ok(())
    }
}
