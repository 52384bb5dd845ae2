//! The airline lesson on the page: its figures and, in `story/`, its text.

mod cards;
mod diagram;
mod figures;
mod forecast_chart;
mod loss_chart;
mod parameters;
mod prepared;

pub use diagram::Diagram;
pub use figures::Figures;
pub use parameters::Parameters;
