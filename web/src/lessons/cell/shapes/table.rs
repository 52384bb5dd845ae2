//! The shapes of everything that goes in and out of the module, and of all that it learns.

use leptos::prelude::*;
use unroll::lessons::cell::ShapesQuestion;

use super::notation::{input_axes, output_axes, parameter_axes, part_name, state_axes, torch_size};
use crate::i18n::tr;

/// A tensor: its name, its shape and what its axes are.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    name: String,
    shape: Vec<usize>,
    axes: String,
}

/// The table: first what goes in and out, then the parameters of every layer and direction.
#[component]
pub fn ShapeTable(
    /// The module and the batch.
    asked: Memo<ShapesQuestion>,
) -> impl IntoView {
    let row = |Row { name, shape, axes }: Row| {
        view! {
            <tr>
                <th scope="row"><code>{name.clone()}</code></th>
                <td data-shape=name><code>{torch_size(&shape)}</code></td>
                <td class="soft">{axes}</td>
            </tr>
        }
    };
    let groups = move || {
        let group = |(heading, rows): (String, Vec<Row>)| {
            view! {
                <tbody>
                    <tr class="shapes-group"><th scope="rowgroup" colspan="3">{heading}</th></tr>
                    {rows.into_iter().map(row).collect_view()}
                </tbody>
            }
        };
        asked.with(|asked| groups(asked).into_iter().map(group).collect_view())
    };
    view! {
        <div class="shapes-part">
            <h3>{move || tr("cell.shapes.table")}</h3>
            <div class="shapes-scroll" tabindex="0" role="region" aria-label=move || tr("cell.shapes.table")>
                <table class="shapes-table" data-table="shapes">
                    <thead>
                        <tr>
                            <th scope="col">{move || tr("cell.shapes.table.name")}</th>
                            <th scope="col">{move || tr("cell.shapes.table.shape")}</th>
                            <th scope="col">{move || tr("cell.shapes.table.axes")}</th>
                        </tr>
                    </thead>
                    {groups}
                </table>
            </div>
        </div>
    }
}

fn groups(asked: &ShapesQuestion) -> Vec<(String, Vec<Row>)> {
    let ShapesQuestion { module, batch_size, seq_length } = asked;
    let row = |name: &str, shape, axes| Row { name: name.into(), shape, axes };
    let mut data = vec![
        row("input", module.input_shape(*batch_size, *seq_length).to_vec(), input_axes(module)),
        row("output", module.output_shape(*batch_size, *seq_length).to_vec(), output_axes(module)),
        row("h_n", module.state_shape(*batch_size).to_vec(), state_axes(module)),
    ];
    if module.cell.states() == 2 {
        data.push(row("c_n", module.state_shape(*batch_size).to_vec(), state_axes(module)));
    }
    let parameters = module.layer_directions().map(|of| {
        let rows = module.parameters(of).into_iter().map(|(name, shape)| {
            let axes = parameter_axes(module, of, &name);
            Row { name, shape, axes }
        });
        (part_name(module, of), rows.collect())
    });
    std::iter::once((tr("cell.shapes.table.data"), data)).chain(parameters).collect()
}
