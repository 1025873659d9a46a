use std::process::Command;

use proptest::prelude::*;

use super::*;

const ARN: &str = "arn:aws:rds:eu-west-1:123456789012:db:orders";

fn tagged(tags: &[(&str, &str)]) -> Tagged {
    let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Tagged { arn: ARN.to_owned(), tags }
}

/// What a shell makes of the words of a line.
fn words(line: &str) -> Vec<String> {
    let output = Command::new("sh").args(["-c", &format!("printf '%s\\0' {line}")]).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{line}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.strip_suffix('\0').unwrap().split('\0').map(str::to_owned).collect()
}

#[test]
fn each_form_is_what_its_reader_takes() {
    let orders = tagged(&[("plimsoll/CPUUtilization", "80/90"), ("plimsoll/mute", "sun:05:00-sun:06:00")]);
    let check = |format, expected: &str| assert_eq!(orders.text(format), expected);
    check(
        TagFormat::Lines,
        "arn:aws:rds:eu-west-1:123456789012:db:orders plimsoll/CPUUtilization=80/90\n\
         arn:aws:rds:eu-west-1:123456789012:db:orders plimsoll/mute=sun:05:00-sun:06:00\n",
    );
    check(
        TagFormat::Terraform,
        "# arn:aws:rds:eu-west-1:123456789012:db:orders\ntags = {\n  \"plimsoll/CPUUtilization\" = \"80/90\"\n  \
         \"plimsoll/mute\" = \"sun:05:00-sun:06:00\"\n}\n",
    );
    check(
        TagFormat::AwsCli,
        "aws rds add-tags-to-resource --region 'eu-west-1' \
         --resource-name 'arn:aws:rds:eu-west-1:123456789012:db:orders' \
         --tags '[{\"Key\":\"plimsoll/CPUUtilization\",\"Value\":\"80/90\"},\
         {\"Key\":\"plimsoll/mute\",\"Value\":\"sun:05:00-sun:06:00\"}]'\n",
    );
}

#[test]
fn terraform_reads_no_template_and_no_end_of_a_string() {
    let text = tagged(&[("a\"b\\", "${x}%{y}\n$${z}\u{202e}")]).text(TagFormat::Terraform);
    assert!(text.contains(r#"  "a\"b\\" = "$${x}%%{y}\n$$${z}\u202e""#), "{text}");
}

#[test]
fn only_what_can_be_an_arn_is_one() {
    let check =
        |arn: &str, expected| assert_eq!(Tagged { arn: arn.into(), ..tagged(&[]) }.has_arn(), expected, "{arn}");
    check(ARN, true);
    check("arn:aws-cn:rds:cn-north-1:123456789012:cluster:a_b.c", true);
    check("file:///etc/passwd", false);
    check("arn:aws:rds", false);
    check("arn:aws:rds:eu-west-1:1:db:a\nrm", false);
    check("arn:aws:rds:eu-west-1:1:db:$(id)", false);
    check("--endpoint-url=http://x", false);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_shell_runs_nothing_and_passes_on_what_the_tag_holds(
        tags in proptest::collection::btree_map(r#"([\PC\pC]|['"`$\\;&|<>(){}*?~!# \n]){0,12}"#, "([\\PC\\pC]|['\"`$\\\\;&|()\\n]){0,12}", 1..4),
    ) {
        let tagged = Tagged { arn: ARN.into(), tags };
        let command = tagged.text(TagFormat::AwsCli);
        prop_assert_eq!(command.lines().count(), 1);
        let words = words(&command);
        let (options, last) = words.split_at(words.len() - 1);
        let expected = [
            "aws", "rds", "add-tags-to-resource", "--region", "eu-west-1", "--resource-name", ARN, "--tags",
        ];
        prop_assert_eq!(options, expected);
        let read: Vec<BTreeMap<String, String>> = serde_json::from_str(&last[0]).unwrap();
        let read: BTreeMap<_, _> = read.into_iter().map(|tag| (tag["Key"].clone(), tag["Value"].clone())).collect();
        prop_assert_eq!(read, tagged.tags);
    }
}
