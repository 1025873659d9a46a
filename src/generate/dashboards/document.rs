//! A dashboard as Grafana reads it: the classic JSON model, which Grafana 10 to 13 import.
//!
//! Shapes: <https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/>.

use serde::Serialize;
use serde_json::ser::PrettyFormatter;
use serde_json::{Serializer, Value, json};

use super::annotation::Annotation;
use super::layout::Item;
use super::variable::Variable;

/// The oldest version that Grafana 10 writes; every later Grafana migrates it when it reads it:
/// <https://github.com/grafana/grafana/blob/main/public/app/features/dashboard/state/DashboardMigrator.ts>.
const SCHEMA_VERSION: u32 = 39;

/// The tag by which the dashboards link to each other.
const TAG: &str = "plimsoll";

/// One dashboard.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    annotations: Listed<Annotation>,
    description: String,
    editable: bool,
    /// 1: all panels show the cursor of the one under the mouse.
    graph_tooltip: u8,
    links: [Value; 1],
    panels: Vec<Item>,
    refresh: &'static str,
    schema_version: u32,
    tags: [&'static str; 1],
    templating: Listed<Variable>,
    time: Value,
    timezone: &'static str,
    title: String,
    uid: String,
}

#[derive(Debug, Serialize)]
struct Listed<T> {
    list: Vec<T>,
}

impl Document {
    /// A dashboard of these panels, without variables and annotations of its own.
    pub(super) fn new(uid: &str, title: &str, description: &str, panels: Vec<Item>) -> Self {
        Self {
            annotations: Listed { list: vec![Annotation::built_in()] },
            description: description.to_owned(),
            editable: false,
            graph_tooltip: 1,
            links: [links()],
            panels,
            refresh: "1m",
            schema_version: SCHEMA_VERSION,
            tags: [TAG],
            templating: Listed { list: Vec::new() },
            time: json!({"from": "now-6h", "to": "now"}),
            timezone: "browser",
            title: title.to_owned(),
            uid: uid.to_owned(),
        }
    }

    /// Each variable may use those before it.
    pub(super) fn variables(mut self, variables: Vec<Variable>) -> Self {
        self.templating.list = variables;
        self
    }

    pub(super) fn annotations(mut self, annotations: Vec<Annotation>) -> Self {
        self.annotations.list.extend(annotations);
        self
    }

    /// The file, indented by one space: most of a dashboard is nested deeply.
    pub(super) fn to_json(&self) -> String {
        let mut text = Vec::new();
        let mut writer = Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b" "));
        self.serialize(&mut writer).expect("strings in maps and lists are always JSON");
        text.push(b'\n');
        String::from_utf8(text).expect("JSON is UTF-8")
    }
}

/// A menu of all dashboards with the tag. It keeps the time and the variables that the other dashboard has, too.
fn links() -> Value {
    json!({
        "asDropdown": true,
        "icon": "external link",
        "includeVars": true,
        "keepTime": true,
        "tags": [TAG],
        "targetBlank": false,
        "title": "plimsoll",
        "tooltip": "",
        "type": "dashboards",
        "url": "",
    })
}
