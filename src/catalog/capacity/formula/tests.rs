//! A formula and what an instance has in, the number that RDS makes of it out.

use proptest::prelude::*;

use super::{Variables, evaluate};
use crate::resource::GIB;

const fn with(gib: f64) -> Variables {
    Variables { memory: Some(gib * GIB), vcpus: Some(2.0), storage: Some(100.0 * GIB) }
}

#[track_caller]
fn check(gib: f64, cases: &[(&str, Option<f64>)]) {
    for (text, expected) in cases {
        assert_eq!(evaluate(text, &with(gib)), *expected, "{text} with {gib} GiB");
    }
}

/// From <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html> and default groups.
#[test]
fn what_aws_writes_itself() {
    let examples = [
        ("{DBInstanceClassMemory/12582880}", 682.0, 5_461.0),
        ("LEAST({DBInstanceClassMemory/9531392},5000)", 901.0, 5_000.0),
        ("GREATEST({DBInstanceClassMemory/9868951},80)", 870.0, 6_963.0),
        ("LEAST({DBInstanceClassMemory/9868951}, 20000)", 870.0, 6_963.0),
        ("LEAST({DBInstanceClassMemory/256},10485760)", 10_485_760.0, 10_485_760.0),
        ("SUM({DBInstanceClassMemory/12038},-50003)", 663_565.0, 5_658_542.0),
        ("GREATEST({DBInstanceClassMemory*1024/63963136},65536)", 137_518.0, 1_100_145.0),
        ("LEAST(GREATEST({DBInstanceClassMemory/32185783296}, 16), 32)", 16.0, 16.0),
        ("{DBInstanceClassMemory*3/4}", 6.0 * GIB, 48.0 * GIB),
        ("{log(DBInstanceClassMemory/8187281418)*1000}", 0.0, 3_000.0),
        (
            "GREATEST({log(DBInstanceClassMemory/805306368)*45},{log(DBInstanceClassMemory/8187281408)*1000})",
            135.0,
            3_000.0,
        ),
        ("GREATEST({log(DBInstanceClassMemory/21474836480)*600},200)", 200.0, 1_006.0),
    ];
    for (text, small, large) in examples {
        check(8.0, &[(text, Some(small))]);
        check(64.0, &[(text, Some(large))]);
    }
}

#[test]
fn each_step_is_truncated_but_within_a_logarithm() {
    check(
        8.0,
        &[
            ("{DBInstanceVCPU/3*300}", Some(0.0)),
            ("{DBInstanceVCPU*300/3}", Some(200.0)),
            ("{DBInstanceVCPU}", Some(2.0)),
            ("{AllocatedStorage/1073741824}", Some(100.0)),
            ("{log(DBInstanceClassMemory/3221225472)*100}", Some(100.0)),
            ("{log(DBInstanceClassMemory/2863311530)*100}", Some(158.0)),
            ("{log(DBInstanceClassMemory/2863311530)}", Some(1.0)),
        ],
    );
}

#[test]
fn functions_in_any_case_and_blanks_anywhere() {
    check(
        8.0,
        &[
            ("least( { DBInstanceVCPU * 100 } , 300 )", Some(200.0)),
            ("Sum(1,2,3)", Some(6.0)),
            ("GREATEST(7)", Some(7.0)),
            ("-5", Some(-5.0)),
            (" 500 ", Some(500.0)),
        ],
    );
}

#[test]
fn what_is_not_a_formula_makes_no_number() {
    let texts = [
        "",
        "{}",
        "{DBInstanceClassMemory",
        "{DBInstanceClassMemory/12582880}}",
        "{DBInstanceClassMemory/0}",
        "{DBInstanceClassMemory/0*0}",
        "{DBInstanceClassMemory/-5}",
        "{DBInstanceClassMemory/1.5}",
        "{DBInstanceClassMemory+1}",
        "{DBInstanceClassMemory*DBInstanceVCPU}",
        "{1000000/DBInstanceClassMemory}",
        "{dbinstanceclassmemory/12582880}",
        "DBInstanceClassMemory/12582880",
        "{LEAST({DBInstanceClassMemory/9531392},5000)}",
        "LEAST()",
        "LEAST(5,,3)",
        "LEAST(5,3",
        "LEAST 5",
        "AVERAGE(5,3)",
        "{log(DBInstanceClassMemory/8187281418}",
        "{log(DBInstanceVCPU/0)}",
        "{log(log(DBInstanceVCPU/2))}",
        "{EndPointPort}",
        "{TrueIfReplica*500}",
        "IF({DBInstanceClassHugePagesDefault}, 1, 0)",
        "\"{DBInstanceVCPU} > 2\"",
        "99999999999999999999999",
        "５００",
    ];
    for text in texts {
        check(8.0, &[(text, None)]);
    }
}

#[test]
fn a_variable_that_is_not_known_makes_no_number_even_beside_one_that_is() {
    let unknown = Variables { memory: None, vcpus: None, storage: None };
    for text in ["LEAST({DBInstanceClassMemory/9531392},300)", "{DBInstanceVCPU*50}", "SUM({AllocatedStorage/9},1)"] {
        assert_eq!(evaluate(text, &unknown), None, "{text}");
    }
    assert_eq!(evaluate("LEAST(500,300)", &unknown), Some(300.0));
}

/// A word, number or sign of formulas.
fn token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "{",
        "}",
        "(",
        ")",
        ",",
        "*",
        "/",
        "-",
        " ",
        "0",
        "3",
        "9531392",
        "18446744073709551615",
        "LEAST",
        "GREATEST",
        "SUM",
        "log",
        "DBInstanceClassMemory",
        "DBInstanceVCPU",
        "AllocatedStorage",
        "{DBInstanceClassMemory/",
        "ß",
    ])
}

/// Something that RDS would take.
fn formula() -> impl Strategy<Value = String> {
    let step = (prop::sample::select(vec!["*", "/"]), 1..100_000_u32).prop_map(|(sign, by)| format!("{sign}{by}"));
    let product = (prop::bool::ANY, step.clone(), prop::collection::vec(step, 0..3)).prop_map(|(log, first, more)| {
        let more = more.concat();
        let memory = "DBInstanceClassMemory";
        if log { format!("{{log({memory}{first}){more}}}") } else { format!("{{{memory}{first}{more}}}") }
    });
    let argument = prop_oneof![product, (-1_000..100_000_i32).prop_map(|number| number.to_string())];
    argument.prop_recursive(2, 8, 3, |inner| {
        let name = prop::sample::select(vec!["GREATEST", "LEAST", "SUM"]);
        (name, prop::collection::vec(inner, 1..4)).prop_map(|(name, all)| format!("{name}({})", all.join(",")))
    })
}

proptest! {
    #[test]
    fn no_text_makes_anything_but_a_number_or_nothing(text in ".{0,255}", tokens in prop::collection::vec(token(), 0..60)) {
        for text in [text, tokens.concat()] {
            prop_assert!(evaluate(&text, &with(8.0)).is_none_or(f64::is_finite), "{text}");
        }
    }

    #[test]
    fn who_understates_the_memory_does_not_overstate_the_limit(formula in formula(), less in 0.5..64.0, more in 1.0..2.0) {
        let low = evaluate(&formula, &with(less)).unwrap();
        prop_assert!(low <= evaluate(&formula, &with(less * more)).unwrap(), "{formula}");
    }
}

#[test]
fn the_deepest_text_ends() {
    for deep in ["SUM(".repeat(64), "{".to_owned() + &"log(".repeat(64)] {
        check(8.0, &[(&deep, None)]);
    }
}
