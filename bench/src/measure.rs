//! Takes turns between contenders and finds the median of each.

use burn::tensor::{Device, Tensor};
use serde_json::{Value, json};
use unroll::Error;
use unroll::nn::read_number;
use unroll::train::team::Team;

use crate::host;
use crate::line::{Calls, Request, Sampling, Stock, Together, Training};
use crate::ours::{Ours, OursSampling};
use crate::sampling::Writer;
use crate::stock::{StockSampling, training};
use crate::workload::{Shape, Text, Workload};

/// A sample lasts at least so many milliseconds: browsers round their clocks.
const SAMPLE: f64 = 20.0;
/// Milliseconds of running before anything counts: a browser compiles twice, quickly at first, well later.
const WARM_UP: f64 = 1500.0;
/// Milliseconds for the samples of the slowest contender, where no number is asked for.
const BUDGET: f64 = 12_000.0;
/// Samples at most.
const MOST: f64 = 51.0;

/// A model in training.
pub trait Train {
    /// One step; the loss before its update, still on the device.
    fn step(&mut self) -> Tensor<1>;
}

/// A model that continues a text.
pub trait Predict {
    /// The logits `[vocabulary]` of what follows these tokens, and, where its state goes from step to step, all before
    /// them.
    fn next(&mut self, read: &[i32]) -> Tensor<1>;
}

/// What is repeated and timed.
enum Work {
    Ours { model: Box<Ours>, loss: f32 },
    Burn { model: Box<dyn Train>, loss: f32 },
    Sampling(Box<Writer>),
}

impl Work {
    async fn once(&mut self) -> Result<(), Error> {
        match self {
            Work::Ours { model, loss } => {
                *loss = read_number(model.step().await?).await?;
                Ok(())
            }
            Work::Burn { model, loss } => {
                *loss = read_number(model.step()).await?;
                Ok(())
            }
            Work::Sampling(writer) => writer.write().await,
        }
    }
}

/// Work and what has been measured of it.
struct Contender {
    work: Work,
    /// Times that it is done in a sample.
    repeats: usize,
    /// Milliseconds of doing it once, by sample.
    ms: Vec<f64>,
    calls: Option<Calls>,
}

impl Contender {
    /// Does it until everything is compiled and warm, and finds how often it fits into a sample.
    async fn prepare(work: Work) -> Result<Self, Error> {
        let mut contender = Contender { work, repeats: 1, ms: Vec::new(), calls: None };
        // Once for what is only done at first.
        contender.sample().await?;
        let start = host::milliseconds();
        loop {
            contender.sample().await?;
            let repeats = contender.repeats as f64;
            let ms = contender.ms.last().copied().unwrap_or(SAMPLE) * repeats;
            if ms < SAMPLE {
                contender.repeats = (repeats * (1.25 * SAMPLE / ms.max(0.1)).min(16.0)).ceil() as usize;
            } else if host::milliseconds() - start > WARM_UP {
                break;
            }
        }
        contender.ms = contender.ms.split_off(contender.ms.len() - 1);
        Ok(contender)
    }

    async fn sample(&mut self) -> Result<(), Error> {
        let calls = host::gpu_calls();
        let start = host::milliseconds();
        for _ in 0..self.repeats {
            self.work.once().await?;
        }
        let repeats = self.repeats as f64;
        self.ms.push((host::milliseconds() - start) / repeats);
        self.calls = calls.zip(host::gpu_calls()).map(|(before, after)| Calls {
            dispatches: (after[0] - before[0]) / repeats,
            submits: (after[1] - before[1]) / repeats,
        });
        Ok(())
    }

    fn median(&self) -> f64 {
        median(self.ms.iter().copied())
    }

    fn loss(&self) -> f32 {
        match self.work {
            Work::Ours { loss, .. } | Work::Burn { loss, .. } => loss,
            Work::Sampling(_) => f32::NAN,
        }
    }
}

/// Ours, Burn's where it is wanted, and what the peak's kernel reached meanwhile: sample by sample in turn.
struct Race {
    ours: Contender,
    burn: Option<Contender>,
    /// 10⁹ operations a second; empty where there is no such kernel.
    peaks: Vec<f64>,
}

impl Race {
    async fn run(ours: Work, burn: Option<Work>, request: &Request) -> Result<Self, Error> {
        let ours = Contender::prepare(ours).await?;
        let burn = match burn {
            Some(work) => Some(Contender::prepare(work).await?),
            None => None,
        };
        let mut race = Race { ours, burn, peaks: Vec::new() };
        let start = host::milliseconds();
        while host::peak().is_some() && host::milliseconds() - start < WARM_UP {}
        let slowest = race.contenders().map(|c| c.median() * c.repeats as f64).fold(SAMPLE, f64::max);
        let samples = request.steps.unwrap_or((BUDGET / slowest).clamp(1.0, MOST).round() as usize).max(1);
        race.contenders().for_each(|contender| contender.ms.clear());
        for _ in 0..samples {
            race.peaks.extend(host::peak());
            for contender in race.contenders() {
                contender.sample().await?;
            }
        }
        Ok(race)
    }

    fn contenders(&mut self) -> impl Iterator<Item = &mut Contender> {
        std::iter::once(&mut self.ours).chain(&mut self.burn)
    }

    /// How many times faster the first is; of samples next to each other, because the machine may be slower later.
    fn ahead(&self) -> Option<f64> {
        let burn = self.burn.as_ref()?;
        Some(median(burn.ms.iter().zip(&self.ours.ms).map(|(burn, ours)| burn / ours)))
    }

    /// The share of the peak that so many operations each time come to; of samples next to each other as well.
    fn peak_fraction(&self, flops: f64) -> Option<f64> {
        let shares = self.peaks.iter().zip(&self.ours.ms).map(|(peak, ms)| flops / ms / 1e6 / peak);
        (!self.peaks.is_empty()).then(|| median(shares))
    }

    /// The median of the peaks.
    fn peak(&self) -> Option<f64> {
        (!self.peaks.is_empty()).then(|| median(self.peaks.iter().copied()))
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Measures what is asked for, giving each line when it is there.
///
/// # Errors
/// If the device fails.
pub async fn measure(
    request: &Request,
    engine: &'static str,
    device: &Device,
    print: impl Fn(Value),
) -> Result<(), Error> {
    for workload in Workload::ALL.into_iter().filter(|w| request.workload.is_none_or(|only| only == *w)) {
        print(json!(train(workload, request, engine, device).await?));
        if let Some(team) = host::team(workload) {
            print(json!(train_together(workload, team, request, engine, device).await?));
        }
        if let Shape::Text(text) = workload.shape() {
            print(json!(sample(workload, text, request, engine, device).await?));
        }
    }
    Ok(())
}

async fn train(
    workload: Workload,
    request: &Request,
    engine: &'static str,
    device: &Device,
) -> Result<Training, Error> {
    let burn = Work::Burn { model: training(workload, device), loss: f32::NAN };
    let burn = (!request.alone).then_some(burn);
    let ours = Work::Ours { model: Box::new(Ours::new(workload, device)), loss: f32::NAN };
    let race = Race::run(ours, burn, request).await?;
    let ms = race.ours.median();
    Ok(Training {
        workload,
        engine,
        workers: 1,
        ms,
        calls: race.ours.calls,
        gflops: workload.flops() / ms / 1e6,
        peak_fraction: race.peak_fraction(workload.flops()),
        kernel_fraction: race.peak_fraction(workload.flops_by_word()),
        peak_gflops: race.peak(),
        loss: race.ours.loss(),
        samples: race.ours.ms.len(),
        vs_burn: race.ahead(),
        burn: race.burn.as_ref().map(|burn| Stock {
            ms: burn.median(),
            calls: burn.calls,
            loss: burn.loss(),
        }),
    })
}

/// Trains with a second worker; whoever is measured beside it is the first alone.
async fn train_together(
    workload: Workload,
    team: Box<dyn Team>,
    request: &Request,
    engine: &'static str,
    device: &Device,
) -> Result<Together, Error> {
    let ours = |model: Ours| Work::Ours { model: Box::new(model), loss: f32::NAN };
    let together = Ours::new(workload, device).with_team(team);
    while together.workers() == 1 {
        host::give_way().await;
    }
    let workers = together.workers();
    let alone = ours(Ours::new(workload, device));
    let race = Race::run(ours(together), Some(alone), request).await?;
    let ms = race.ours.median();
    Ok(Together {
        workload,
        engine,
        workers,
        ms,
        gflops: workload.flops() / ms / 1e6,
        loss: race.ours.loss(),
        samples: race.ours.ms.len(),
        vs_one: race.ahead(),
    })
}

async fn sample(
    workload: Workload,
    text: Text,
    request: &Request,
    engine: &'static str,
    device: &Device,
) -> Result<Sampling, Error> {
    let work = |model: Box<dyn Predict>| Work::Sampling(Box::new(Writer::new(model, text)));
    let burn = (!request.alone).then(|| work(Box::new(StockSampling::new(text, device))));
    let race = Race::run(work(Box::new(OursSampling::new(text, device))), burn, request).await?;
    Ok(Sampling {
        workload,
        engine,
        workers: 1,
        tokens_per_s: 1000.0 / race.ours.median(),
        calls: race.ours.calls,
        vs_burn: race.ahead(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is timed is training: both kinds of layers, from their own initial values, learn the same data.
    #[cfg(feature = "cpu")]
    #[test]
    fn both_learn() {
        let device = Device::flex();
        let workload = Workload::Airline;
        let ours = Work::Ours { model: Box::new(Ours::new(workload, &device)), loss: f32::NAN };
        let burn = Work::Burn { model: training(workload, &device), loss: f32::NAN };
        for work in [ours, burn] {
            let mut contender = Contender { work, repeats: 1, ms: Vec::new(), calls: None };
            let mut mean_of = |steps: usize| {
                let losses = (0..steps).map(|_| {
                    pollster::block_on(contender.sample()).unwrap();
                    contender.loss()
                });
                losses.sum::<f32>() / steps as f32
            };
            let (first, _, last) = (mean_of(1), mean_of(149), mean_of(50));
            // What is uniform in [0, 1) has a variance of 1/12: all that can be learnt is to expect the middle.
            assert!(first > 0.15 && (0.07..0.1).contains(&last), "{first} {last}");
        }
    }

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median([3.0, 900.0, 1.0].into_iter()), 3.0);
    }
}
