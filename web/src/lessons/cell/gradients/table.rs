//! The numbers behind a panel's drawing, for those who don't see it, and for copying.

use std::fmt::Write as _;

use leptos::prelude::*;
use unroll::lessons::cell::CellGradients;
use unroll::nn::Cell;

use super::cell_name;
use super::norms::scientific;
use crate::i18n::{tr, tr_args};

/// Every number of the drawing, as a table.
#[component]
pub fn Numbers(
    /// The cell.
    kind: Cell,
    /// What is known about it.
    cell: Memo<Option<CellGradients>>,
) -> impl IntoView {
    let label = move || tr_args("gradients.table.of", &[("cell", cell_name(kind))]);
    let rows = move || cell.with(|cell| cell.as_ref().map(rows).unwrap_or_default());
    view! {
        <details class="gradient-numbers">
            <summary>{move || tr("gradients.table.show")}</summary>
            <div class="chart-table" tabindex="0" role="region" aria-label=label>
                <table data-table=format!("gradients-{}", kind.word()) inner_html=rows></table>
            </div>
        </details>
    }
}

/// Head and body of the table, as markup. Cells carry the full precision in `data-norm`.
fn rows(cell: &CellGradients) -> String {
    let head = |letter: &str| format!("<th scope=\"col\">‖∂<i>L</i>/∂<i>{letter}<sub>t</sub></i>‖</th>");
    let mut markup = format!("<thead><tr><th scope=\"col\"><i>t</i></th>{}", head("h"));
    if cell.kept.is_some() {
        markup += &head("c");
    }
    markup += "</tr></thead><tbody>";
    // Writing to a string can't fail.
    for (index, norm) in cell.hidden.iter().enumerate() {
        let step = index + 1;
        let _ = write!(markup, "<tr><th scope=\"row\">{step}</th>");
        let mut put = |of: &str, norm: f64| {
            let text = scientific(norm);
            let _ =
                write!(markup, "<td data-step=\"{step}\" data-of=\"{of}\" data-norm=\"{norm}\">{text}</td>");
        };
        put("h", *norm);
        if let Some(norm) = cell.kept.as_ref().and_then(|kept| kept.get(index)) {
            put("c", *norm);
        }
        markup += "</tr>";
    }
    markup + "</tbody>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_number_in_full() {
        let cell = CellGradients {
            cell: Cell::Lstm,
            loss: 1.0,
            hidden: vec![1.5e-20, 0.123_456_789],
            kept: Some(vec![0.0, f64::INFINITY]),
            radii: vec![0.5; 4],
            parts: [3.0, 4.0],
            norm: 5.0,
            clipped: 1.0,
        };
        let markup = rows(&cell);
        for part in [
            "data-step=\"1\" data-of=\"h\" data-norm=\"0.000000000000000000015\">1.50000×10⁻²⁰<",
            "data-step=\"2\" data-of=\"h\" data-norm=\"0.123456789\">1.23457×10⁻¹<",
            "data-step=\"2\" data-of=\"c\" data-norm=\"inf\">∞<",
        ] {
            assert!(markup.contains(part), "{part} in {markup}");
        }
    }
}
