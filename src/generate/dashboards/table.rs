//! Tables: which labels and values are columns, what they are called, and where a click on a cell goes.

use serde_json::{Map, Value, json};

use super::noun;
use super::panel::{Caption, Panel};
use super::place;
use super::unit;
use crate::catalog::name::dimension_label;
use crate::resource::Kind;

/// A table of instant queries. What has no column is not shown.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<Column>,
    queries: Vec<String>,
    sort: Option<(String, bool)>,
}

#[derive(Debug)]
struct Column {
    /// The label, or `Value` of the only query, or `Value #A` of the first one of several.
    field: String,
    title: String,
    looks: Vec<(&'static str, Value)>,
}

impl Table {
    pub(super) const fn new() -> Self {
        Self { columns: Vec::new(), queries: Vec::new(), sort: None }
    }

    /// Account, Region, and what identifies resources of some kinds, with a link to the dashboard of each kind.
    pub(super) fn of(kinds: &[Kind]) -> Self {
        let table = Self::new().label("account_id", "Account").label("region", "Region");
        noun::dimensions(kinds).into_iter().fold(table, |table, dimension| {
            let links: Vec<Value> = kinds.iter().filter_map(|kind| place::link(*kind, dimension)).collect();
            let table = table.label(&dimension_label(dimension), noun::title(dimension));
            table.look(&[("links", json!(links))])
        })
    }

    /// The columns of another table behind those of this one.
    pub(super) fn with(mut self, other: Self) -> Self {
        self.columns.extend(other.columns);
        self
    }

    /// A query of which all labels with a column are shown. Rows of several queries with the same labels become one.
    pub(super) fn query(mut self, expression: String) -> Self {
        self.queries.push(expression);
        self
    }

    /// A column of text.
    pub(super) fn label(self, label: &str, title: &str) -> Self {
        self.column(label, title, &[("unit", json!(unit::TEXT))])
    }

    /// A column of the values of the only query.
    pub(super) fn value(self, title: &str, unit: &str) -> Self {
        self.column("Value", title, &[("unit", json!(unit))])
    }

    /// A column of the values of one of several queries, by its place.
    pub(super) fn value_of(self, query: u8, title: &str, unit: &str) -> Self {
        let field = format!("Value #{}", char::from(b'A' + query));
        self.column(&field, title, &[("unit", json!(unit))])
    }

    /// More properties of the column that was added last.
    pub(super) fn look(mut self, looks: &[(&'static str, Value)]) -> Self {
        if let Some(column) = self.columns.last_mut() {
            column.looks.extend_from_slice(looks);
        }
        self
    }

    pub(super) fn ascending(mut self, title: &str) -> Self {
        self.sort = Some((title.to_owned(), false));
        self
    }

    pub(super) fn descending(mut self, title: &str) -> Self {
        self.sort = Some((title.to_owned(), true));
        self
    }

    fn column(mut self, field: &str, title: &str, looks: &[(&'static str, Value)]) -> Self {
        self.columns.push(Column { field: field.to_owned(), title: title.to_owned(), looks: looks.to_vec() });
        self
    }

    /// The panel.
    pub(super) fn panel(self, caption: &Caption) -> Panel {
        let sort = self.sort.iter().map(|(title, down)| json!({"desc": down, "displayName": title}));
        let options = json!({
            "cellHeight": "sm",
            "footer": {"countRows": false, "enablePagination": true, "fields": "", "reducer": ["sum"], "show": false},
            "showHeader": true,
            "sortBy": sort.collect::<Vec<_>>(),
        });
        let transformations = self.transformations();
        let panel = self.columns.into_iter().fold(Panel::table(caption, options), |panel, column| {
            panel.look(&json!({"id": "byName", "options": column.title}), &column.looks)
        });
        let panel = self.queries.into_iter().fold(panel, |panel, expression| panel.query("", expression));
        panel.transformed(transformations)
    }

    /// Merges several queries, then names and orders the columns and hides the others.
    fn transformations(&self) -> Vec<Value> {
        let (mut order, mut names) = (Map::new(), Map::new());
        for (index, Column { field, title, .. }) in self.columns.iter().enumerate() {
            order.insert(field.clone(), json!(index));
            names.insert(field.clone(), json!(title));
        }
        let hidden: Map<String, Value> = self.hidden().into_iter().map(|field| (field, json!(true))).collect();
        let organize = json!({
            "id": "organize",
            "options": {"excludeByName": hidden, "indexByName": order, "renameByName": names},
        });
        if self.queries.len() > 1 { vec![json!({"id": "merge", "options": {}}), organize] } else { vec![organize] }
    }

    /// The time, labels of the target, and values that have no column.
    fn hidden(&self) -> Vec<String> {
        let letters = (b'A'..).take(self.queries.len()).map(|letter| format!("Value #{}", char::from(letter)));
        let values: Vec<String> = if self.queries.len() > 1 { letters.collect() } else { vec!["Value".to_owned()] };
        let is_shown = |field: &String| self.columns.iter().any(|column| column.field == *field);
        let of_target = ["Time", "__name__", "instance", "job"].map(str::to_owned);
        of_target.into_iter().chain(values.into_iter().filter(|field| !is_shown(field))).collect()
    }
}
