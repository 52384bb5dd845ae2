//! The parameter table: what the model learns, layer by layer, counted as PyTorch counts it.

use leptos::prelude::*;
use unroll::nn::Layer;

use crate::context::use_app;
use crate::i18n::tr;
use crate::state::Run;

/// Shapes and counts of every layer, with the sums behind the counts.
#[component]
pub fn Parameters() -> impl IntoView {
    let app = use_app();
    let layers =
        app.select(|state| state.current_run().map(|run| run.recording.layers.clone()).unwrap_or_default());
    let row = |layer: &Layer| {
        let shapes = layer.parameters.iter().map(|(name, shape)| {
            view! { <div><code>{name.clone()}</code>" "<span class="shape">{shape_text(shape)}</span></div> }
        });
        view! {
            <tr>
                <th scope="row"><code>{layer.name.clone()}</code></th>
                <td class="shapes">{shapes.collect_view()}</td>
                <td class="sum">{derivation(layer)}</td>
                <td class="count" data-value=layer.count()>{grouped(layer.count())}</td>
            </tr>
        }
    };
    let total = app.select(|state| state.current_run().map_or(0, Run::parameter_count));
    let table = move || {
        view! {
            <div class="chart-table" tabindex="0" role="region" aria-label=move || tr("parameters.title")>
                <table class="parameters" data-table="parameters">
                    <thead>
                        <tr>
                            <th scope="col">{move || tr("parameters.layer")}</th>
                            <th scope="col">{move || tr("parameters.shapes")}</th>
                            <th scope="col">{move || tr("parameters.sum")}</th>
                            <th scope="col">{move || tr("parameters.count")}</th>
                        </tr>
                    </thead>
                    <tbody>{move || layers.with(|layers| layers.iter().map(row).collect_view())}</tbody>
                    <tfoot>
                        <tr>
                            <th scope="row" colspan="3">{move || tr("parameters.total")}</th>
                            <td class="count" data-value=move || total.get()>{move || grouped(total.get())}</td>
                        </tr>
                    </tfoot>
                </table>
            </div>
        }
    };
    view! { <Show when=move || layers.with(|layers| !layers.is_empty())>{table}</Show> }
}

/// A shape as PyTorch prints it.
fn shape_text(shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    format!("({})", sizes.join(", "))
}

/// How the count comes about. For the layers of an LSTM or a GRU with g blocks of weights, n_h hidden units and n_x
/// inputs: g (n_h n_h + n_x n_h) + 2 g n_h; otherwise the products of the shapes.
fn derivation(layer: &Layer) -> String {
    // The names of the state dict begin with the layer's own: `lstm.weight_ih_l0`.
    let shape = |name: &str| {
        let named = |(own, _): &&(String, Vec<usize>)| own.ends_with(name);
        layer.parameters.iter().find(named).map(|(_, shape)| shape.as_slice())
    };
    let mut terms = Vec::new();
    for index in 0.. {
        let weights = (shape(&format!("weight_ih_l{index}")), shape(&format!("weight_hh_l{index}")));
        let (Some(&[rows, inputs]), Some(&[_, hidden])) = weights else { break };
        let blocks = rows / hidden.max(1);
        terms.push(format!("{blocks}·({hidden}·{hidden} + {inputs}·{hidden}) + 2·{blocks}·{hidden}"));
    }
    if terms.is_empty() {
        let product = |shape: &Vec<usize>| shape.iter().map(usize::to_string).collect::<Vec<_>>().join("·");
        terms = layer.parameters.iter().map(|(_, shape)| product(shape)).collect();
    }
    terms.join(" + ")
}

/// A count with its thousands apart.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202F}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(name: &str, parameters: &[(&str, &[usize])]) -> Layer {
        let own = |(name, shape): &(&str, &[usize])| ((*name).to_owned(), shape.to_vec());
        Layer { name: name.into(), parameters: parameters.iter().map(own).collect() }
    }

    #[test]
    fn the_sums_come_out_at_the_counts() {
        let lstm = layer(
            "LSTM(12, 10)",
            &[
                ("lstm.weight_ih_l0", &[40, 12]),
                ("lstm.weight_hh_l0", &[40, 10]),
                ("lstm.bias_ih_l0", &[40]),
                ("lstm.bias_hh_l0", &[40]),
            ],
        );
        assert_eq!((derivation(&lstm).as_str(), lstm.count()), ("4·(10·10 + 12·10) + 2·4·10", 960));
        let linear = layer("Linear(10, 12)", &[("linear.weight", &[12, 10]), ("linear.bias", &[12])]);
        assert_eq!((derivation(&linear).as_str(), linear.count()), ("12·10 + 12", 132));
        assert_eq!((grouped(960), grouped(19_456)), ("960".into(), "19\u{202F}456".into()));
    }
}
