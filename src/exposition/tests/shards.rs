//! Pages that are split, for scrapes of one shard.

use super::*;

/// A scope whose rows `orders` and `web` are in these shards.
fn split(columns: &[(&str, &Arc<Column>)], shards: [u8; 2]) -> Arc<ScopeSnapshot> {
    Arc::new(ScopeSnapshot { shards: shards.into(), ..ScopeSnapshot::clone(&scope(columns)) })
}

#[test]
fn a_shard_has_its_series_with_the_heads_of_their_families() {
    let (metric, threshold) = (
        column(&[sample(0, 0, 93.0, NEVER), sample(1, 0, 12.0, NEVER)]),
        column(&[sample(0, 1, 80.0, NEVER), sample(0, 2, 90.0, NEVER)]),
    );
    let scopes = [split(&[("a", &metric), ("b", &threshold)], [2, 0])];
    let page = Renderer::with_shards(3).render(&scopes, at(0));
    let check = |shard, series, expected: &str| {
        let page = page.shard(shard).unwrap();
        assert_eq!(page.series(), series, "{shard}");
        assert_eq!(String::from_utf8(Arc::clone(page).text().collect::<Vec<_>>().concat()).unwrap(), expected);
        assert_eq!(gunzip(&page.gzip(b"")), expected.as_bytes());
    };
    check(0, 1, "# HELP a Help on a.\n# TYPE a gauge\na{dimension_DBInstanceIdentifier=\"web\"} 12\n");
    check(1, 0, "");
    check(
        2,
        3,
        r#"# HELP a Help on a.
# TYPE a gauge
a{dimension_DBInstanceIdentifier="orders"} 93
# HELP b Help on b.
# TYPE b gauge
b{dimension_DBInstanceIdentifier="orders",severity="warning"} 80
b{dimension_DBInstanceIdentifier="orders",severity="critical"} 90
"#,
    );
    assert!(page.shard(3).is_none() && Renderer::new().render(&scopes, at(0)).shard(0).is_none());
    assert_eq!((page.largest_text_bytes(), page.series()), (page.shard(2).unwrap().text_bytes(), 4));
}

#[test]
fn a_resource_that_moves_to_another_shard_moves_with_all_its_series() {
    let metric = column(&[sample(0, 0, 1.0, NEVER), sample(1, 0, 2.0, NEVER)]);
    let mut renderer = Renderer::with_shards(2);
    let mut check = |shards, expected: [usize; 2]| {
        let page = renderer.render(&[split(&[("a", &metric)], shards)], at(0));
        assert_eq!([0, 1].map(|shard| page.shard(shard).unwrap().series()), expected);
    };
    check([0, 1], [1, 1]);
    check([1, 1], [0, 2]);
    check([0, 0], [2, 0]);
}

/// What is left of the columns of a scope in one shard.
fn of_shard(columns: &[RandomColumn], shards: &[u8], shard: u8) -> Vec<RandomColumn> {
    let mut columns = columns.to_vec();
    for column in &mut columns {
        column.samples.retain(|sample| shards[sample.0] == shard);
    }
    columns
}

proptest! {
    #[test]
    fn each_series_of_the_page_stands_in_one_shard_with_all_of_its_resource(
        scopes in proptest::collection::vec((random_scope(), [0..4_u8, 0..4, 0..4]), 0..4),
        count in 0..=4_u8,
        now in (0..10_i64).prop_map(at),
    ) {
        let (columns, shards): (Vec<_>, Vec<_>) = scopes.into_iter().unzip();
        let mut built = build(&columns);
        for (scope, shards) in built.iter_mut().zip(&shards) {
            Arc::make_mut(scope).shards = shards.iter().map(|shard| shard % count.max(1)).collect();
        }
        let sorted = |mut lines: Vec<Line>| {
            lines.sort_by(|one, other| one.partial_cmp(other).unwrap());
            lines
        };
        let page = Arc::new(Renderer::with_shards(count).render(&built, now));
        let text = Arc::clone(&page).text().collect::<Vec<_>>().concat();
        prop_assert_eq!(&gunzip(&page.gzip(b"")), &text);
        let whole = sorted(parse(std::str::from_utf8(&text).unwrap()));
        prop_assert_eq!(&whole, &sorted(expected(&columns, now)));
        let mut union = Vec::new();
        for shard in 0..count {
            let page = Arc::clone(page.shard(shard).unwrap());
            let (bytes, gzip) = (page.text_bytes(), page.gzip(b""));
            let text = page.text().collect::<Vec<_>>().concat();
            prop_assert_eq!((text.len() as u64, &gunzip(&gzip)), (bytes, &text));
            let of_shard = built.iter().zip(&columns).map(|(scope, columns)| of_shard(columns, &scope.shards, shard));
            let lines = parse(std::str::from_utf8(&text).unwrap());
            prop_assert_eq!(&lines, &expected(&of_shard.collect::<Vec<_>>(), now));
            union.extend(lines);
        }
        prop_assert!(count == 0 || sorted(union) == whole);
    }
}
