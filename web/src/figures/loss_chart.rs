//! The loss curve.

use unroll::lesson::Lesson;

use crate::charts::{Chart, Curve, Ink, Marker, XAxis, YAxis, smooth};
use crate::i18n::{tr, tr_args};
use crate::quantity::format_number;
use crate::state::Run;

/// How the loss curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LossOptions {
    /// On a logarithmic axis.
    pub log: bool,
    /// With a moving average over the pale raw line.
    pub smoothed: bool,
}

/// The chart of `run`, of which `planned` steps are to be trained, with a marker at the step that the other figures
/// show; `others` are the overlaid runs, each with its name.
pub fn loss_chart(
    run: Option<&Run>,
    planned: usize,
    step: Option<usize>,
    others: &[(String, &Run)],
    lesson: &Lesson,
    options: LossOptions,
) -> Chart {
    let measure = tr(&format!("lesson.{}.loss", lesson.id));
    let mut curves: Vec<Curve> = others
        .iter()
        .enumerate()
        .map(|(index, (name, other))| {
            Curve::new(name.clone(), Ink::Overlay(index), 1, widen(&other.recording.losses))
        })
        .collect();
    let losses = run.map(|run| widen(&run.recording.losses)).unwrap_or_default();
    let done = curves.iter().map(|curve| curve.values.len()).max().unwrap_or(0).max(losses.len());
    let label = tr("loss.curve");
    if options.smoothed {
        let calm = smooth(&losses);
        curves.push(Curve { faint: true, ..Curve::new(label, Ink::Fitted, 1, losses) });
        curves.push(Curve { silent: true, ..Curve::new(tr("loss.smoothed"), Ink::Fitted, 1, calm) });
    } else {
        curves.push(Curve::new(label, Ink::Fitted, 1, losses));
    }
    let mark = |step: usize| Marker {
        at: step as f64,
        label: tr_args("loss.marker", &[("step", step.to_string())]),
    };
    Chart {
        title: tr("loss.title"),
        x: XAxis {
            title: tr("loss.unit"),
            from: 1,
            to: axis_end(done, planned),
            ticks: Vec::new(),
            names: Vec::new().into(),
        },
        y: YAxis {
            title: if options.log { tr_args("loss.log", &[("loss", measure)]) } else { measure },
            log: options.log,
            from_zero: true,
            bounds: (f64::NEG_INFINITY, f64::INFINITY),
        },
        curves,
        regions: Vec::new(),
        markers: step.filter(|step| *step > 0).map(mark).into_iter().collect(),
    }
}

fn widen(losses: &[f32]) -> Vec<f64> {
    losses.iter().map(|&loss| f64::from(loss)).collect()
}

/// Where the axis ends: at the last planned step, but for a long run's beginning earlier, in steps that double, so
/// that its curve is neither a sliver nor ever in motion.
fn axis_end(done: usize, planned: usize) -> usize {
    let soon = (2 * done).next_power_of_two().max(512);
    planned.min(soon).max(done).max(2)
}

/// What is to be seen, in words.
pub fn loss_caption(run: Option<&Run>) -> String {
    let Some((run, losses)) =
        run.map(|run| (run, &run.recording.losses)).filter(|(_, losses)| !losses.is_empty())
    else {
        let elsewhere = run.map_or(0, |run| run.progress.step);
        return match elsewhere {
            0 => tr("loss.caption.empty"),
            step => tr_args("loss.caption.elsewhere", &[("step", step.to_string())]),
        };
    };
    let number = |loss: Option<&f32>| format_number(loss.copied().map_or(f64::NAN, f64::from));
    let least = losses.iter().filter(|loss| loss.is_finite()).min_by(|a, b| a.total_cmp(b));
    let tenth = losses.len().saturating_sub(losses.len() / 10 + 1);
    let trend = match (losses[tenth], losses[losses.len() - 1]) {
        (before, now) if now < before * 0.99 => "falling",
        (before, now) if now > before * 1.01 => "rising",
        _ => "level",
    };
    tr_args(
        "loss.caption",
        &[
            ("step", losses.len().to_string()),
            ("steps", run.progress.steps.max(losses.len()).to_string()),
            ("first", number(losses.first())),
            ("last", number(losses.last())),
            ("least", number(least)),
            ("trend", tr(&format!("loss.trend.{trend}"))),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::axis_end;

    #[test]
    fn the_axis_waits_for_the_planned_steps_unless_they_are_far() {
        assert_eq!(axis_end(0, 500), 500);
        assert_eq!(axis_end(499, 500), 500);
        assert_eq!(axis_end(10, 100_000), 512);
        assert_eq!(axis_end(600, 100_000), 2048);
        assert_eq!(axis_end(100_000, 100_000), 100_000);
        assert_eq!(axis_end(0, 0), 2);
    }
}
