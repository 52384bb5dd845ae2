//! How the small model was trained: its layers, and the loss while it practised.

use leptos::prelude::*;
use unroll::lessons::cell::Practised;

use super::Scene;
use crate::charts::{Chart, Curve, Ink, LineChart, XAxis, YAxis};
use crate::i18n::{tr, tr_args};
use crate::quantity::format_number;

/// The loss curve and what is to be said of it; "training…" while there is none.
#[component]
pub fn Practice(
    /// What is shown.
    scene: Scene,
) -> impl IntoView {
    let practised = scene.practised;
    let chart = Memo::new(move |_| practised.with(|practised| loss_chart(practised.as_ref())));
    let words = Memo::new(move |_| {
        practised.with(|practised| match practised {
            Some(practised) => describe(practised),
            None if scene.is_training.get() => tr("cell.uses.training"),
            None => String::new(),
        })
    });
    let layers = move || {
        let layers = practised.with(|practised| practised.as_ref().map(|it| it.layers.clone()))?;
        let layers = layers.into_iter().map(|layer| view! { <li><code>{layer}</code></li> });
        Some(layers.collect_view())
    };
    view! {
        <div class="uses-practice">
            <h3>{move || tr("cell.uses.practice")}</h3>
            <ul class="uses-layers" aria-label=move || tr("cell.uses.layers")>{layers}</ul>
            <p class="visually-hidden" role="status">
                {move || scene.is_training.get().then(|| tr("cell.uses.training"))}
            </p>
            <LineChart name="practice" chart caption=words>""</LineChart>
        </div>
    }
}

fn describe(practised: &Practised) -> String {
    let number = |loss: Option<&f32>| format_number(loss.copied().map_or(f64::NAN, f64::from));
    tr_args(
        "cell.uses.trained",
        &[
            ("steps", practised.steps.to_string()),
            ("first", number(practised.losses.first())),
            ("last", number(practised.losses.last())),
        ],
    )
}

/// The chart. A position is a point of the curve, and is called by the step at which its stretch ends.
fn loss_chart(practised: Option<&Practised>) -> Chart {
    let losses = practised.map(|practised| &practised.losses[..]).unwrap_or_default();
    let stride = practised.map_or(1, |practised| practised.steps.div_ceil(losses.len().max(1)));
    let step = |position: usize| (position * stride).to_string();
    let every = (losses.len() / 5).max(1);
    let curve: Vec<f64> = losses.iter().map(|&loss| f64::from(loss)).collect();
    Chart {
        title: tr("cell.uses.practice"),
        x: XAxis {
            title: tr("cell.uses.steps"),
            from: 1,
            to: losses.len().max(2),
            ticks: (1..=losses.len())
                .filter(|at| at.is_multiple_of(every))
                .map(|at| (at, step(at)))
                .collect(),
            names: (1..=losses.len()).map(step).collect::<Vec<_>>().into(),
        },
        y: YAxis {
            title: tr("cell.uses.loss"),
            log: true,
            from_zero: true,
            bounds: (f64::NEG_INFINITY, f64::INFINITY),
        },
        curves: vec![Curve::new(tr("loss.curve"), Ink::Fitted, 1, curve)],
        regions: Vec::new(),
        markers: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unroll::lessons::cell::Use;

    #[test]
    fn points_of_the_curve_are_called_by_their_steps() {
        let practised = Practised {
            arrangement: Use::Aligned,
            losses: vec![0.5; 50],
            steps: 400,
            weights: Vec::new(),
            layers: Vec::new(),
        };
        let chart = loss_chart(Some(&practised));
        assert_eq!((chart.x.name(1), chart.x.name(50)), ("8".into(), "400".into()));
        assert_eq!(chart.x.ticks[0], (10, "80".into()));
        assert_eq!(loss_chart(None).curves[0].values.len(), 0);
    }
}
