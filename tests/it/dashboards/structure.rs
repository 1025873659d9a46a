//! What every Grafana from 10 to 13 needs of a dashboard, and what readers need of every panel.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::json::{Board, boards, list, names, text};

#[test]
fn every_dashboard_can_be_imported_and_is_linked_with_the_others() {
    let boards = boards();
    let uids: BTreeSet<&str> = boards.iter().map(|board| text(&board.json["uid"])).collect();
    assert_eq!(uids.len(), boards.len(), "{uids:?}");
    for Board { file, json } in &boards {
        // Grafana cuts longer ones: https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/
        assert!((1..=40).contains(&text(&json["uid"]).len()), "{file}");
        assert_eq!((&json["schemaVersion"], &json["editable"]), (&json!(39), &json!(false)), "{file}");
        assert_eq!(json["tags"], json!(["plimsoll"]), "{file}");
        assert!(json.get("id").is_none() && json.get("version").is_none(), "{file}: Grafana's own");
        let link = &json["links"][0];
        assert_eq!((&link["type"], &link["tags"]), (&json!("dashboards"), &json["tags"]), "{file}");
        assert_eq!((&link["keepTime"], &link["includeVars"]), (&json!(true), &json!(true)), "{file}");
    }
}

#[test]
fn panels_have_ids_of_their_own_and_places_that_do_not_overlap() {
    for board in boards() {
        let file = &board.file;
        let nested: Vec<&Value> = board.top().iter().flat_map(|item| list(&item["panels"])).collect();
        let ids: Vec<u64> = board.top().iter().chain(nested).map(|item| item["id"].as_u64().unwrap()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{file}: {ids:?}");
        check_places(file, board.top());
        for row in board.top().iter().filter(|item| item["type"] == "row") {
            let panels = list(&row["panels"]);
            assert_eq!(row["collapsed"] == true, !panels.is_empty(), "{file}: {}", row["title"]);
            check_places(file, panels);
        }
    }
}

#[track_caller]
fn check_places(file: &str, items: &[Value]) {
    let mut taken = BTreeSet::new();
    for item in items {
        let [left, top, width, height] = ["x", "y", "w", "h"].map(|side| item["gridPos"][side].as_u64().unwrap());
        assert!(left + width <= 24 && width > 0 && height > 0, "{file}: {}", item["title"]);
        for cell in (left..left + width).flat_map(|column| (top..top + height).map(move |line| (column, line))) {
            assert!(taken.insert(cell), "{file}: {} overlaps at {cell:?}", item["title"]);
        }
    }
}

#[test]
fn every_panel_has_a_title_a_description_a_unit_and_queries_of_the_chosen_data_source() {
    for board in boards() {
        for panel in board.panels() {
            let place = format!("{}: {}", board.file, panel["title"]);
            let kinds = ["timeseries", "stat", "table", "bargauge"];
            assert!(kinds.contains(&text(&panel["type"])), "{place}");
            assert!(!text(&panel["title"]).is_empty(), "{place}");
            let description = text(&panel["description"]);
            assert!(description.ends_with('.') && !description.contains(".."), "{place}: {description}");
            assert!(!text(&panel["fieldConfig"]["defaults"]["unit"]).is_empty(), "{place}");
            let targets = list(&panel["targets"]);
            let letters: BTreeSet<&str> = targets.iter().map(|target| text(&target["refId"])).collect();
            assert!(!targets.is_empty() && letters.len() == targets.len(), "{place}");
            for with_source in targets.iter().chain([panel]) {
                assert_eq!(with_source["datasource"]["uid"], "${datasource}", "{place}");
            }
        }
    }
}

/// Columns of numbers have a unit of their own, because those of labels have another one.
#[test]
fn every_column_of_a_table_has_a_unit_and_what_a_column_names_is_there() {
    for board in boards() {
        for table in board.panels().into_iter().filter(|panel| panel["type"] == "table") {
            let place = format!("{}: {}", board.file, table["title"]);
            let organize = list(&table["transformations"]).last().unwrap();
            let named = organize["options"]["renameByName"].as_object().unwrap();
            let queries: String = list(&table["targets"]).iter().map(|target| text(&target["expr"])).collect();
            for (field, title) in named {
                let looks = list(&table["fieldConfig"]["overrides"]);
                let look = looks.iter().find(|look| look["matcher"]["options"] == *title);
                let properties = list(&look.unwrap_or_else(|| panic!("{place}: {title}"))["properties"]);
                assert!(properties.iter().any(|property| property["id"] == "unit"), "{place}: {title}");
                let is_value = field == "Value" || field.starts_with("Value #");
                assert!(is_value || queries.contains(field.as_str()), "{place}: no query has {field}");
            }
            for sort in list(&table["options"]["sortBy"]) {
                assert!(named.values().any(|title| *title == sort["displayName"]), "{place}: {sort}");
            }
        }
    }
}

#[test]
fn every_variable_is_defined_used_and_within_those_before_it() {
    for board in boards() {
        let file = &board.file;
        let defined: Vec<&str> = board.variables().iter().map(|variable| text(&variable["name"])).collect();
        assert_eq!(&defined[..4], ["datasource", "job", "account", "region"], "{file}");
        for (index, variable) in board.variables().iter().enumerate().skip(1) {
            let earlier: BTreeSet<&str> = defined[..index].iter().copied().collect();
            let used: BTreeSet<&str> = names(text(&variable["query"])).into_iter().collect();
            assert!(used.is_subset(&earlier), "{file}: {variable}");
            assert_eq!(variable["refresh"], 2, "{file}: refreshed when the time range changes: {variable}");
            let resource_matches = index < 4 || ["job", "account", "region"].iter().all(|name| used.contains(name));
            assert!(resource_matches, "{file}: {variable}");
        }
        let mut places = board.json.clone();
        places["templating"] = Value::Null;
        let rest = places.to_string();
        let used: BTreeSet<&str> = names(&rest).into_iter().filter(|name| !name.starts_with("__")).collect();
        let mut needed: BTreeSet<&str> = used;
        for variable in board.variables() {
            needed.extend(names(text(&variable["query"])));
        }
        assert_eq!(needed, defined.iter().copied().collect(), "{file}: left used, right defined");
    }
}

/// Table cells lead to the dashboard of what they name, with its account and region.
#[test]
fn links_lead_to_dashboards_and_variables_that_exist() {
    let boards = boards();
    let mut found = BTreeSet::new();
    for board in &boards {
        let overrides = board.panels().into_iter().flat_map(|panel| list(&panel["fieldConfig"]["overrides"]));
        let properties = overrides.flat_map(|look| list(&look["properties"]));
        for link in properties.filter(|property| property["id"] == "links").flat_map(|links| list(&links["value"])) {
            let url = text(&link["url"]);
            let (uid, rest) = url.strip_prefix("/d/").unwrap().split_once('?').unwrap();
            let target = boards.iter().find(|board| board.json["uid"] == uid).unwrap_or_else(|| panic!("{url}"));
            let known = target.all_values();
            for parameter in rest.split('&').filter_map(|part| part.strip_prefix("var-")) {
                let (name, _) = parameter.split_once('=').unwrap();
                assert!(known.contains_key(name), "{url}: {name}");
            }
            assert!(rest.contains("${__url_time_range}") && rest.contains("var-account="), "{url}");
            found.insert(uid.to_owned());
        }
    }
    let expected = [
        "plimsoll-cluster",
        "plimsoll-database",
        "plimsoll-docdb",
        "plimsoll-neptune",
        "plimsoll-rds-proxy",
        "plimsoll-rds-volume",
    ];
    assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
}
