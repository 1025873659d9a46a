//! One panel: what it shows and how, without its place.

use serde::Serialize;
use serde_json::{Value, json};

use super::data_source::data_source;

/// One panel with its queries.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Panel {
    r#type: &'static str,
    title: String,
    description: String,
    datasource: Value,
    field_config: FieldConfig,
    options: Value,
    targets: Vec<Target>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transformations: Vec<Value>,
    /// The variable that makes one panel of each of its values.
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat_direction: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_per_row: Option<u32>,
    #[serde(skip)]
    size: (u32, u32),
}

#[derive(Debug, Serialize)]
struct FieldConfig {
    defaults: Value,
    overrides: Vec<Value>,
}

/// One query.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    datasource: Value,
    editor_mode: &'static str,
    expr: String,
    format: &'static str,
    instant: bool,
    legend_format: String,
    range: bool,
    ref_id: String,
}

/// The title and description of a panel, and the unit of its values.
pub(super) struct Caption<'a> {
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    pub(super) unit: &'a str,
}

/// Shorthand for [`Caption`].
pub(super) const fn caption<'a>(title: &'a str, description: &'a str, unit: &'a str) -> Caption<'a> {
    Caption { title, description, unit }
}

impl Panel {
    /// Lines over time, three panels in a line.
    pub(super) fn lines(caption: &Caption) -> Self {
        let custom = json!({"fillOpacity": 5, "lineWidth": 1, "showPoints": "never"});
        let options = json!({
            "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": true},
            "tooltip": {"mode": "multi", "sort": "desc"},
        });
        Self::new("timeseries", caption, options, custom).sized(8, 7)
    }

    /// Numbers of now, six panels in a line.
    pub(super) fn numbers(caption: &Caption) -> Self {
        let options = json!({
            "colorMode": "value",
            "graphMode": "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": false},
            "textMode": "auto",
        });
        Self::new("stat", caption, options, Value::Null).colored(&json!([{"color": "text", "value": null}])).sized(4, 4)
    }

    /// Bars of now, two panels in a line.
    pub(super) fn bars(caption: &Caption) -> Self {
        let options = json!({
            "displayMode": "basic",
            "orientation": "horizontal",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": false},
            "showUnfilled": true,
            "valueMode": "text",
        });
        let panel = Self::new("bargauge", caption, options, Value::Null).sized(12, 8);
        panel.colored(&json!([{"color": "blue", "value": null}]))
    }

    /// A table of now; its columns are those of `table`.
    pub(super) fn table(caption: &Caption, options: Value) -> Self {
        let custom = json!({"align": "auto", "cellOptions": {"type": "auto"}, "filterable": true});
        Self::new("table", caption, options, custom).sized(12, 8)
    }

    fn new(r#type: &'static str, caption: &Caption, options: Value, custom: Value) -> Self {
        let mut defaults = json!({"unit": caption.unit});
        if !custom.is_null() {
            defaults["custom"] = custom;
        }
        Self {
            r#type,
            title: caption.title.to_owned(),
            description: caption.description.to_owned(),
            datasource: data_source(),
            field_config: FieldConfig { defaults, overrides: Vec::new() },
            options,
            targets: Vec::new(),
            transformations: Vec::new(),
            repeat: None,
            repeat_direction: None,
            max_per_row: None,
            size: (0, 0),
        }
    }

    /// Adds an expression: over time on panels with lines, else of now.
    ///
    /// The legend may have labels such as `{{severity}}`.
    pub(super) fn query(mut self, legend: &str, expression: String) -> Self {
        let over_time = self.r#type == "timeseries";
        let letter = char::from(b'A' + u8::try_from(self.targets.len()).unwrap_or(u8::MAX - b'A'));
        self.targets.push(Target {
            datasource: data_source(),
            editor_mode: "code",
            expr: expression,
            format: if self.r#type == "table" { "table" } else { "time_series" },
            instant: !over_time,
            legend_format: legend.to_owned(),
            range: over_time,
            ref_id: letter.to_string(),
        });
        self
    }

    /// The letter by which overrides name the last query.
    pub(super) fn last_query(&self) -> &str {
        self.targets.last().map_or("", |target| &target.ref_id)
    }

    /// Another value of an option of the panel's type.
    pub(super) fn with_option(mut self, name: &str, value: &Value) -> Self {
        self.options[name] = value.clone();
        self
    }

    /// Columns of 24, and lines of the grid.
    pub(super) fn sized(mut self, width: u32, height: u32) -> Self {
        self.size = (width, height);
        self
    }

    pub(super) const fn size(&self) -> (u32, u32) {
        self.size
    }

    /// One panel for each value of a variable, four in a line.
    pub(super) fn repeated(mut self, variable: &'static str) -> Self {
        (self.repeat, self.repeat_direction, self.max_per_row) = (Some(variable), Some("h"), Some(4));
        self
    }

    /// Colours by value: steps, each from its value on.
    pub(super) fn colored(mut self, steps: &Value) -> Self {
        self.field_config.defaults["color"] = json!({"mode": "thresholds"});
        self.field_config.defaults["thresholds"] = json!({"mode": "absolute", "steps": steps});
        self
    }

    /// The ends of the axis or of the bars.
    pub(super) fn between(mut self, least: f64, most: f64) -> Self {
        self.field_config.defaults["min"] = json!(least);
        self.field_config.defaults["max"] = json!(most);
        self
    }

    /// Another look of some fields: which ones, and properties by name.
    pub(super) fn look(mut self, matcher: &Value, properties: &[(&str, Value)]) -> Self {
        let properties: Vec<Value> = properties.iter().map(|(id, value)| json!({"id": id, "value": value})).collect();
        self.field_config.overrides.push(json!({"matcher": matcher, "properties": properties}));
        self
    }

    pub(super) fn transformed(mut self, transformations: Vec<Value>) -> Self {
        self.transformations = transformations;
        self
    }
}

/// Green at 0, then a colour: for numbers of things that need somebody.
pub(super) fn alarming(color: &str) -> Value {
    json!([{"color": "green", "value": null}, {"color": color, "value": 1}])
}
