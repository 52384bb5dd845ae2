//! How often tokens, pairs and triples of them occur, and how that falls with rank.

use leptos::prelude::*;
use unroll::text::Ngrams;

use super::{LAST, use_lab};
use crate::charts::{Chart, Curve, Ink, LineChart, XAxis, YAxis};
use crate::i18n::{tr, tr_args};
use crate::quantity::format_number;

/// Zipf's plot, and the most frequent runs of one, two and three tokens.
#[component]
pub fn Frequencies() -> impl IntoView {
    let lab = use_lab();
    let ngrams = lab.found_after(LAST, |cut| cut.ngrams.clone());
    let all = move || ngrams.get().unwrap_or_default();
    let chart = Memo::new(move |_| zipf_chart(&all()));
    let caption = Memo::new(move |_| {
        let slopes = all().into_iter().filter_map(|ngrams| {
            let slope = format_number((ngrams.slope? * 100.0).round() / 100.0);
            Some(tr_args("text.zipf.slope", &[("name", name(ngrams.n)), ("slope", slope)]))
        });
        let slopes: Vec<String> = slopes.collect();
        if slopes.is_empty() {
            return tr("text.zipf.empty");
        }
        tr_args("text.zipf.caption", &[("slopes", slopes.join(&tr("text.file.separator")))])
    });
    view! {
        <section class="lab-section" aria-labelledby="lab-frequencies-heading">
            <h2 id="lab-frequencies-heading">{move || tr("text.zipf.heading")}</h2>
            <LineChart name="zipf" chart caption>""</LineChart>
            <div class="lab-ngrams">
                {move || all().into_iter().map(|ngrams| view! { <MostFrequent ngrams/> }).collect_view()}
            </div>
        </section>
    }
}

#[component]
fn MostFrequent(ngrams: Ngrams) -> impl IntoView {
    let Ngrams { n, runs, types, most_frequent, .. } = ngrams;
    let args = [("runs", runs.to_string()), ("types", types.to_string())];
    view! {
        <table class="lab-frequent" data-ngrams=n.to_string()>
            <caption>{name(n)}<small>{tr_args("text.ngrams.counts", &args)}</small></caption>
            <tbody>
                {most_frequent.into_iter().map(|(run, count)| view! {
                    <tr><th scope="row" lang="zh">{run.join(" ")}</th><td>{count}</td></tr>
                }).collect_view()}
            </tbody>
        </table>
    }
}

fn name(n: usize) -> String {
    tr(match n {
        1 => "text.ngrams.one",
        2 => "text.ngrams.two",
        _ => "text.ngrams.three",
    })
}

/// Frequency over rank, both logarithmic. Positions are the points of the worker's curve, which stand evenly there.
fn zipf_chart(ngrams: &[Ngrams]) -> Chart {
    let longest = ngrams.iter().map(|ngrams| &ngrams.by_rank).max_by_key(|points| points.len());
    let ranks: Vec<usize> =
        longest.map(|points| points.iter().map(|&(rank, _)| rank).collect()).unwrap_or_default();
    let mut ticks: Vec<(usize, String)> = Vec::new();
    for power in 0..8 {
        let rank = 10_usize.pow(power);
        if let Some(position) = ranks.iter().position(|&found| found == rank) {
            ticks.push((position, rank.to_string()));
        }
    }
    let curve = |ngrams: &Ngrams| {
        let counts: Vec<f64> = ngrams.by_rank.iter().map(|&(_, count)| count as f64).collect();
        Curve::new(name(ngrams.n), Ink::Overlay(ngrams.n - 1), 0, counts)
    };
    Chart {
        title: tr("text.zipf.heading"),
        x: XAxis {
            title: tr("text.zipf.rank"),
            from: 0,
            to: ranks.len().saturating_sub(1).max(1),
            ticks,
            names: ranks.iter().map(usize::to_string).collect::<Vec<_>>().into(),
        },
        y: YAxis {
            title: tr("text.zipf.frequency"),
            log: true,
            from_zero: false,
            bounds: (0.5, f64::INFINITY),
        },
        curves: ngrams.iter().map(curve).collect(),
        regions: Vec::new(),
        markers: Vec::new(),
    }
}
