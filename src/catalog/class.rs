//! What an instance class offers: processors, memory, and the bandwidth of disks and network.
//!
//! The table is a copy, made in November 2026, of what `ec2:DescribeInstanceTypes` says of the classes that RDS offers;
//! the classes with more memory (`.tpcN.memMx`) come from the RDS user guide or are derived from their base size, and
//! `x2m` of SQL Server has what EC2's `x2iedn` has, on which it runs.
//! A class that it does not know is undecided, never wrong.

use crate::resource::GIB;

/// One instance class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Class {
    /// As AWS writes it, such as `db.m6g.large`.
    pub name: &'static str,
    /// Virtual processors, as delivered with the class's default processor features.
    pub vcpus: u32,
    /// Memory in bytes.
    pub memory_bytes: f64,
    /// Network bandwidth that lasts, in bytes per second.
    pub network_bytes_per_second: Option<f64>,
    /// What the class lets through to its disks; `None` where AWS says nothing.
    pub ebs: Option<Ebs>,
}

/// The disk bandwidth of a class: what lasts, and what it may reach for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ebs {
    /// I/O operations per second that last.
    pub baseline_iops: u32,
    /// I/O operations per second at most.
    pub max_iops: u32,
    /// Bytes per second that last.
    pub baseline_bytes_per_second: f64,
    /// Bytes per second at most.
    pub max_bytes_per_second: f64,
}

impl Ebs {
    /// Whether credits decide how much gets through, as on the smaller sizes.
    #[must_use]
    pub fn is_burstable(&self) -> bool {
        self.baseline_iops < self.max_iops || self.baseline_bytes_per_second < self.max_bytes_per_second
    }
}

/// What a class offers; of a class with more memory that is not listed, see [`memory_bytes`].
#[must_use]
pub fn find(name: &str) -> Option<&'static Class> {
    CLASSES.binary_search_by(|class| class.name.cmp(name)).ok().map(|index| &CLASSES[index])
}

/// The memory of a class in bytes; `.tpcN.memMx` has M times that of its base class.
#[must_use]
pub fn memory_bytes(name: &str) -> Option<f64> {
    if let Some(class) = find(name) {
        return Some(class.memory_bytes);
    }
    let (base, features) = name.split_once(".tpc")?;
    let times: u32 = features.split_once(".mem")?.1.strip_suffix('x')?.parse().ok()?;
    Some(find(base)?.memory_bytes * f64::from(times)).filter(|_| times > 0)
}

/// Sizes in the table are rounded to a thousandth of a GiB.
const MEMORY_TOLERANCE_BYTES: f64 = 10_000_000.0;

/// The disk bandwidth of a class. A class with more memory (`.tpcN.memMx`) has that of the class of its family with the
/// same memory: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html>.
#[must_use]
pub fn ebs(name: &str) -> Option<Ebs> {
    if !name.contains(".tpc") {
        return find(name)?.ebs;
    }
    let memory = memory_bytes(name)?;
    let mut of_family = CLASSES.iter().filter(|class| family(class.name) == family(name) && class.ebs.is_some());
    of_family.find(|class| (class.memory_bytes - memory).abs() < MEMORY_TOLERANCE_BYTES)?.ebs
}

/// The family of a class: `db.m6gd.large` → `m6gd`, `db.serverless` → `serverless`.
#[must_use]
pub fn family(name: &str) -> &str {
    let name = name.strip_prefix("db.").unwrap_or(name);
    name.split('.').next().unwrap_or(name)
}

/// The letters of a family's name behind its generation: `m6gd` → `gd`, `serverless` → nothing.
#[must_use]
pub fn features(name: &str) -> &str {
    let family = family(name);
    family.find(|char: char| char.is_ascii_digit()).map_or("", |at| family[at..].trim_start_matches(char::is_numeric))
}

const fn class(name: &'static str, vcpus: u32, memory_gib: f64, network_gbps: Option<f64>, ebs: Option<Ebs>) -> Class {
    let network_bytes_per_second = match network_gbps {
        Some(gbps) => Some(gbps * 1e9 / 8.0),
        None => None,
    };
    Class { name, vcpus, memory_bytes: memory_gib * GIB, network_bytes_per_second, ebs }
}

/// Rates in MB/s of 1,000,000 bytes, as EC2 gives them.
const fn disks(baseline_iops: u32, max_iops: u32, baseline_mbytes: f64, max_mbytes: f64) -> Ebs {
    Ebs {
        baseline_iops,
        max_iops,
        baseline_bytes_per_second: baseline_mbytes * 1e6,
        max_bytes_per_second: max_mbytes * 1e6,
    }
}

/// Ordered by name: name, vCPUs, memory in GiB, network in Gbit/s, disks as baseline and maximum IOPS and MB/s.
#[rustfmt::skip]
const CLASSES: &[Class] = &[
    class("db.c6gd.12xlarge", 48, 96.0, Some(20.0), Some(disks(50_000, 50_000, 1781.25, 1781.25))),
    class("db.c6gd.16xlarge", 64, 128.0, Some(25.0), Some(disks(80_000, 80_000, 2375.0, 2375.0))),
    class("db.c6gd.2xlarge", 8, 16.0, Some(2.5), Some(disks(12_000, 20_000, 296.875, 593.75))),
    class("db.c6gd.4xlarge", 16, 32.0, Some(5.0), Some(disks(20_000, 20_000, 593.75, 593.75))),
    class("db.c6gd.8xlarge", 32, 64.0, Some(12.0), Some(disks(40_000, 40_000, 1187.5, 1187.5))),
    class("db.c6gd.large", 2, 4.0, Some(0.75), Some(disks(3_600, 20_000, 78.75, 593.75))),
    class("db.c6gd.medium", 1, 2.0, Some(0.5), Some(disks(2_500, 20_000, 39.375, 593.75))),
    class("db.c6gd.xlarge", 4, 8.0, Some(1.25), Some(disks(6_000, 20_000, 148.5, 593.75))),
    class("db.m1.large", 2, 7.5, Some(0.7), Some(disks(4_000, 4_000, 62.5, 62.5))),
    class("db.m1.medium", 1, 3.699, Some(0.3), None),
    class("db.m1.small", 1, 1.699, Some(0.3), None),
    class("db.m1.xlarge", 4, 15.0, Some(1.0), Some(disks(8_000, 8_000, 125.0, 125.0))),
    class("db.m2.2xlarge", 4, 34.199, Some(0.7), Some(disks(4_000, 4_000, 62.5, 62.5))),
    class("db.m2.4xlarge", 8, 68.399, Some(1.0), Some(disks(8_000, 8_000, 125.0, 125.0))),
    class("db.m2.xlarge", 2, 17.1, Some(0.3), None),
    class("db.m3.2xlarge", 8, 30.0, Some(1.0), Some(disks(8_000, 8_000, 125.0, 125.0))),
    class("db.m3.large", 2, 7.5, Some(0.7), None),
    class("db.m3.medium", 1, 3.75, Some(0.3), None),
    class("db.m3.xlarge", 4, 15.0, Some(1.0), Some(disks(4_000, 4_000, 62.5, 62.5))),
    class("db.m4.10xlarge", 40, 160.0, Some(10.0), Some(disks(32_000, 32_000, 500.0, 500.0))),
    class("db.m4.16xlarge", 64, 256.0, Some(25.0), Some(disks(65_000, 65_000, 1250.0, 1250.0))),
    class("db.m4.2xlarge", 8, 32.0, Some(1.0), Some(disks(8_000, 8_000, 125.0, 125.0))),
    class("db.m4.4xlarge", 16, 64.0, Some(2.0), Some(disks(16_000, 16_000, 250.0, 250.0))),
    class("db.m4.large", 2, 8.0, Some(0.45), Some(disks(3_600, 3_600, 56.25, 56.25))),
    class("db.m4.xlarge", 4, 16.0, Some(0.75), Some(disks(6_000, 6_000, 93.75, 93.75))),
    class("db.m5.12xlarge", 48, 192.0, Some(12.0), Some(disks(40_000, 40_000, 1187.5, 1187.5))),
    class("db.m5.16xlarge", 64, 256.0, Some(20.0), Some(disks(60_000, 60_000, 1700.0, 1700.0))),
    class("db.m5.24xlarge", 96, 384.0, Some(25.0), Some(disks(80_000, 80_000, 2375.0, 2375.0))),
    class("db.m5.2xlarge", 8, 32.0, Some(2.5), Some(disks(12_000, 18_750, 287.5, 593.75))),
    class("db.m5.4xlarge", 16, 64.0, Some(5.0), Some(disks(18_750, 18_750, 593.75, 593.75))),
    class("db.m5.8xlarge", 32, 128.0, Some(10.0), Some(disks(30_000, 30_000, 850.0, 850.0))),
    class("db.m5.large", 2, 8.0, Some(0.75), Some(disks(3_600, 18_750, 81.25, 593.75))),
    class("db.m5.xlarge", 4, 16.0, Some(1.25), Some(disks(6_000, 18_750, 143.75, 593.75))),
    class("db.m5d.12xlarge", 48, 192.0, Some(12.0), Some(disks(40_000, 40_000, 1187.5, 1187.5))),
    class("db.m5d.16xlarge", 64, 256.0, Some(20.0), Some(disks(60_000, 60_000, 1700.0, 1700.0))),
    class("db.m5d.24xlarge", 96, 384.0, Some(25.0), Some(disks(80_000, 80_000, 2375.0, 2375.0))),
    class("db.m5d.2xlarge", 8, 32.0, Some(2.5), Some(disks(12_000, 18_750, 287.5, 593.75))),
    class("db.m5d.4xlarge", 16, 64.0, Some(5.0), Some(disks(18_750, 18_750, 593.75, 593.75))),
    class("db.m5d.8xlarge", 32, 128.0, Some(10.0), Some(disks(30_000, 30_000, 850.0, 850.0))),
    class("db.m5d.large", 2, 8.0, Some(0.75), Some(disks(3_600, 18_750, 81.25, 593.75))),
    class("db.m5d.xlarge", 4, 16.0, Some(1.25), Some(disks(6_000, 18_750, 143.75, 593.75))),
    class("db.m6g.12xlarge", 48, 192.0, Some(20.0), Some(disks(50_000, 50_000, 1781.25, 1781.25))),
    class("db.m6g.16xlarge", 64, 256.0, Some(25.0), Some(disks(80_000, 80_000, 2375.0, 2375.0))),
    class("db.m6g.2xlarge", 8, 32.0, Some(2.5), Some(disks(12_000, 20_000, 296.875, 593.75))),
    class("db.m6g.4xlarge", 16, 64.0, Some(5.0), Some(disks(20_000, 20_000, 593.75, 593.75))),
    class("db.m6g.8xlarge", 32, 128.0, Some(12.0), Some(disks(40_000, 40_000, 1187.5, 1187.5))),
    class("db.m6g.large", 2, 8.0, Some(0.75), Some(disks(3_600, 20_000, 78.75, 593.75))),
    class("db.m6g.xlarge", 4, 16.0, Some(1.25), Some(disks(6_000, 20_000, 148.5, 593.75))),
    class("db.m6gd.12xlarge", 48, 192.0, Some(20.0), Some(disks(50_000, 50_000, 1781.25, 1781.25))),
    class("db.m6gd.16xlarge", 64, 256.0, Some(25.0), Some(disks(80_000, 80_000, 2375.0, 2375.0))),
    class("db.m6gd.2xlarge", 8, 32.0, Some(2.5), Some(disks(12_000, 20_000, 296.875, 593.75))),
    class("db.m6gd.4xlarge", 16, 64.0, Some(5.0), Some(disks(20_000, 20_000, 593.75, 593.75))),
    class("db.m6gd.8xlarge", 32, 128.0, Some(12.0), Some(disks(40_000, 40_000, 1187.5, 1187.5))),
    class("db.m6gd.large", 2, 8.0, Some(0.75), Some(disks(3_600, 20_000, 78.75, 593.75))),
    class("db.m6gd.xlarge", 4, 16.0, Some(1.25), Some(disks(6_000, 20_000, 148.5, 593.75))),
    class("db.m6i.12xlarge", 48, 192.0, Some(18.75), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.m6i.16xlarge", 64, 256.0, Some(25.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.m6i.24xlarge", 96, 384.0, Some(37.5), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.m6i.2xlarge", 8, 32.0, Some(3.125), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.m6i.32xlarge", 128, 512.0, Some(50.0), Some(disks(160_000, 160_000, 5000.0, 5000.0))),
    class("db.m6i.4xlarge", 16, 64.0, Some(6.25), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.m6i.8xlarge", 32, 128.0, Some(12.5), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.m6i.large", 2, 8.0, Some(0.781), Some(disks(3_600, 40_000, 81.25, 1250.0))),
    class("db.m6i.metal", 128, 512.0, Some(50.0), Some(disks(160_000, 160_000, 5000.0, 5000.0))),
    class("db.m6i.xlarge", 4, 16.0, Some(1.562), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.m6id.12xlarge", 48, 192.0, Some(18.75), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.m6id.16xlarge", 64, 256.0, Some(25.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.m6id.24xlarge", 96, 384.0, Some(37.5), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.m6id.2xlarge", 8, 32.0, Some(3.125), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.m6id.32xlarge", 128, 512.0, Some(50.0), Some(disks(160_000, 160_000, 5000.0, 5000.0))),
    class("db.m6id.4xlarge", 16, 64.0, Some(6.25), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.m6id.8xlarge", 32, 128.0, Some(12.5), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.m6id.large", 2, 8.0, Some(0.781), Some(disks(3_600, 40_000, 81.25, 1250.0))),
    class("db.m6id.metal", 128, 512.0, Some(50.0), Some(disks(160_000, 160_000, 5000.0, 5000.0))),
    class("db.m6id.xlarge", 4, 16.0, Some(1.562), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.m6idn.12xlarge", 48, 192.0, Some(75.0), Some(disks(150_000, 150_000, 4687.5, 4687.5))),
    class("db.m6idn.16xlarge", 64, 256.0, Some(100.0), Some(disks(200_000, 200_000, 6250.0, 6250.0))),
    class("db.m6idn.24xlarge", 96, 384.0, Some(150.0), Some(disks(300_000, 300_000, 9375.0, 9375.0))),
    class("db.m6idn.2xlarge", 8, 32.0, Some(12.5), Some(disks(25_000, 100_000, 781.25, 3125.0))),
    class("db.m6idn.32xlarge", 128, 512.0, Some(200.0), Some(disks(400_000, 400_000, 12500.0, 12500.0))),
    class("db.m6idn.4xlarge", 16, 64.0, Some(25.0), Some(disks(50_000, 100_000, 1562.5, 3125.0))),
    class("db.m6idn.8xlarge", 32, 128.0, Some(50.0), Some(disks(100_000, 100_000, 3125.0, 3125.0))),
    class("db.m6idn.large", 2, 8.0, Some(3.125), Some(disks(6_250, 100_000, 195.312, 3125.0))),
    class("db.m6idn.xlarge", 4, 16.0, Some(6.25), Some(disks(12_500, 100_000, 390.625, 3125.0))),
    class("db.m6in.12xlarge", 48, 192.0, Some(75.0), Some(disks(150_000, 150_000, 4687.5, 4687.5))),
    class("db.m6in.16xlarge", 64, 256.0, Some(100.0), Some(disks(200_000, 200_000, 6250.0, 6250.0))),
    class("db.m6in.24xlarge", 96, 384.0, Some(150.0), Some(disks(300_000, 300_000, 9375.0, 9375.0))),
    class("db.m6in.2xlarge", 8, 32.0, Some(12.5), Some(disks(25_000, 100_000, 781.25, 3125.0))),
    class("db.m6in.32xlarge", 128, 512.0, Some(200.0), Some(disks(400_000, 400_000, 12500.0, 12500.0))),
    class("db.m6in.4xlarge", 16, 64.0, Some(25.0), Some(disks(50_000, 100_000, 1562.5, 3125.0))),
    class("db.m6in.8xlarge", 32, 128.0, Some(50.0), Some(disks(100_000, 100_000, 3125.0, 3125.0))),
    class("db.m6in.large", 2, 8.0, Some(3.125), Some(disks(6_250, 100_000, 195.312, 3125.0))),
    class("db.m6in.metal", 128, 512.0, Some(200.0), Some(disks(400_000, 400_000, 12500.0, 12500.0))),
    class("db.m6in.xlarge", 4, 16.0, Some(6.25), Some(disks(12_500, 100_000, 390.625, 3125.0))),
    class("db.m7g.12xlarge", 48, 192.0, Some(22.5), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.m7g.16xlarge", 64, 256.0, Some(30.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.m7g.2xlarge", 8, 32.0, Some(3.75), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.m7g.4xlarge", 16, 64.0, Some(7.5), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.m7g.8xlarge", 32, 128.0, Some(15.0), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.m7g.large", 2, 8.0, Some(0.937), Some(disks(3_600, 40_000, 78.75, 1250.0))),
    class("db.m7g.xlarge", 4, 16.0, Some(1.876), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.m7i.12xlarge", 48, 192.0, Some(18.75), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.m7i.16xlarge", 64, 256.0, Some(25.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.m7i.24xlarge", 96, 384.0, Some(37.5), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.m7i.2xlarge", 8, 32.0, Some(3.125), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.m7i.48xlarge", 192, 768.0, Some(50.0), Some(disks(240_000, 240_000, 5000.0, 5000.0))),
    class("db.m7i.4xlarge", 16, 64.0, Some(6.25), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.m7i.8xlarge", 32, 128.0, Some(12.5), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.m7i.large", 2, 8.0, Some(0.781), Some(disks(3_600, 40_000, 81.25, 1250.0))),
    class("db.m7i.metal-24xl", 96, 384.0, Some(37.5), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.m7i.metal-48xl", 192, 768.0, Some(50.0), Some(disks(240_000, 240_000, 5000.0, 5000.0))),
    class("db.m7i.xlarge", 4, 16.0, Some(1.562), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.m8a.12xlarge", 48, 192.0, Some(22.5), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.m8a.16xlarge", 64, 256.0, Some(30.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.m8a.24xlarge", 96, 384.0, Some(40.0), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.m8a.2xlarge", 8, 32.0, Some(3.75), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.m8a.48xlarge", 192, 768.0, Some(75.0), Some(disks(240_000, 240_000, 7500.0, 7500.0))),
    class("db.m8a.4xlarge", 16, 64.0, Some(7.5), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.m8a.8xlarge", 32, 128.0, Some(15.0), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.m8a.large", 2, 8.0, Some(0.937), Some(disks(3_600, 40_000, 81.25, 1250.0))),
    class("db.m8a.xlarge", 4, 16.0, Some(1.875), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.m8g.12xlarge", 48, 192.0, Some(22.5), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.m8g.16xlarge", 64, 256.0, Some(30.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.m8g.24xlarge", 96, 384.0, Some(40.0), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.m8g.2xlarge", 8, 32.0, Some(3.75), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.m8g.48xlarge", 192, 768.0, Some(50.0), Some(disks(240_000, 240_000, 5000.0, 5000.0))),
    class("db.m8g.4xlarge", 16, 64.0, Some(7.5), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.m8g.8xlarge", 32, 128.0, Some(15.0), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.m8g.large", 2, 8.0, Some(0.937), Some(disks(3_600, 40_000, 78.75, 1250.0))),
    class("db.m8g.xlarge", 4, 16.0, Some(1.875), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.m8gd.12xlarge", 48, 192.0, Some(22.5), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.m8gd.16xlarge", 64, 256.0, Some(30.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.m8gd.24xlarge", 96, 384.0, Some(40.0), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.m8gd.2xlarge", 8, 32.0, Some(3.75), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.m8gd.48xlarge", 192, 768.0, Some(50.0), Some(disks(240_000, 240_000, 5000.0, 5000.0))),
    class("db.m8gd.4xlarge", 16, 64.0, Some(7.5), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.m8gd.8xlarge", 32, 128.0, Some(15.0), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.m8gd.large", 2, 8.0, Some(0.937), Some(disks(3_600, 40_000, 78.75, 1250.0))),
    class("db.m8gd.xlarge", 4, 16.0, Some(1.875), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.m8i.12xlarge", 48, 192.0, Some(22.5), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.m8i.16xlarge", 64, 256.0, Some(30.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.m8i.24xlarge", 96, 384.0, Some(40.0), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.m8i.2xlarge", 8, 32.0, Some(3.75), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.m8i.32xlarge", 128, 512.0, Some(50.0), Some(disks(160_000, 160_000, 5000.0, 5000.0))),
    class("db.m8i.48xlarge", 192, 768.0, Some(75.0), Some(disks(240_000, 240_000, 7500.0, 7500.0))),
    class("db.m8i.4xlarge", 16, 64.0, Some(7.5), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.m8i.8xlarge", 32, 128.0, Some(15.0), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.m8i.96xlarge", 384, 1536.0, Some(100.0), Some(disks(480_000, 480_000, 10000.0, 10000.0))),
    class("db.m8i.large", 2, 8.0, Some(0.937), Some(disks(3_600, 40_000, 81.25, 1250.0))),
    class("db.m8i.metal-48xl", 192, 768.0, Some(75.0), Some(disks(240_000, 240_000, 7500.0, 7500.0))),
    class("db.m8i.metal-96xl", 384, 1536.0, Some(100.0), Some(disks(480_000, 480_000, 10000.0, 10000.0))),
    class("db.m8i.xlarge", 4, 16.0, Some(1.875), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.m9g.12xlarge", 48, 192.0, Some(25.0), Some(disks(72_000, 72_000, 2250.0, 2250.0))),
    class("db.m9g.16xlarge", 64, 256.0, Some(34.0), Some(disks(96_000, 96_000, 3000.0, 3000.0))),
    class("db.m9g.24xlarge", 96, 384.0, Some(50.0), Some(disks(144_000, 144_000, 4500.0, 4500.0))),
    class("db.m9g.2xlarge", 8, 32.0, Some(4.25), Some(disks(12_000, 48_000, 375.0, 1500.0))),
    class("db.m9g.48xlarge", 192, 768.0, Some(100.0), Some(disks(288_000, 288_000, 9000.0, 9000.0))),
    class("db.m9g.4xlarge", 16, 64.0, Some(8.5), Some(disks(24_000, 48_000, 750.0, 1500.0))),
    class("db.m9g.8xlarge", 32, 128.0, Some(17.0), Some(disks(48_000, 48_000, 1500.0, 1500.0))),
    class("db.m9g.large", 2, 8.0, Some(1.0), Some(disks(3_600, 48_000, 95.0, 1500.0))),
    class("db.m9g.xlarge", 4, 16.0, Some(2.1), Some(disks(6_000, 48_000, 187.5, 1500.0))),
    class("db.r3.2xlarge", 8, 61.0, Some(1.0), Some(disks(8_000, 8_000, 125.0, 125.0))),
    class("db.r3.4xlarge", 16, 122.0, Some(2.0), Some(disks(16_000, 16_000, 250.0, 250.0))),
    class("db.r3.8xlarge", 32, 244.0, Some(5.0), None),
    class("db.r3.large", 2, 15.0, Some(0.5), None),
    class("db.r3.xlarge", 4, 30.5, Some(0.7), Some(disks(4_000, 4_000, 62.5, 62.5))),
    class("db.r4.16xlarge", 64, 488.0, Some(25.0), Some(disks(75_000, 75_000, 1750.0, 1750.0))),
    class("db.r4.2xlarge", 8, 61.0, Some(2.5), Some(disks(12_000, 12_000, 212.5, 212.5))),
    class("db.r4.4xlarge", 16, 122.0, Some(5.0), Some(disks(18_750, 18_750, 437.5, 437.5))),
    class("db.r4.8xlarge", 32, 244.0, Some(12.0), Some(disks(37_500, 37_500, 875.0, 875.0))),
    class("db.r4.large", 2, 15.25, Some(0.75), Some(disks(3_000, 3_000, 53.125, 53.125))),
    class("db.r4.xlarge", 4, 30.5, Some(1.25), Some(disks(6_000, 6_000, 106.25, 106.25))),
    class("db.r5.12xlarge", 48, 384.0, Some(12.0), Some(disks(40_000, 40_000, 1187.5, 1187.5))),
    class("db.r5.12xlarge.tpc2.mem2x", 48, 768.0, None, None),
    class("db.r5.16xlarge", 64, 512.0, Some(20.0), Some(disks(60_000, 60_000, 1700.0, 1700.0))),
    class("db.r5.24xlarge", 96, 768.0, Some(25.0), Some(disks(80_000, 80_000, 2375.0, 2375.0))),
    class("db.r5.2xlarge", 8, 64.0, Some(2.5), Some(disks(12_000, 18_750, 287.5, 593.75))),
    class("db.r5.2xlarge.tpc1.mem2x", 8, 128.0, None, None),
    class("db.r5.2xlarge.tpc2.mem4x", 8, 256.0, None, None),
    class("db.r5.2xlarge.tpc2.mem8x", 8, 512.0, None, None),
    class("db.r5.4xlarge", 16, 128.0, Some(5.0), Some(disks(18_750, 18_750, 593.75, 593.75))),
    class("db.r5.4xlarge.tpc2.mem2x", 16, 256.0, None, None),
    class("db.r5.4xlarge.tpc2.mem3x", 16, 384.0, None, None),
    class("db.r5.4xlarge.tpc2.mem4x", 16, 512.0, None, None),
    class("db.r5.6xlarge.tpc2.mem4x", 24, 768.0, None, None),
    class("db.r5.8xlarge", 32, 256.0, Some(10.0), Some(disks(30_000, 30_000, 850.0, 850.0))),
    class("db.r5.8xlarge.tpc2.mem3x", 32, 768.0, None, None),
    class("db.r5.large", 2, 16.0, Some(0.75), Some(disks(3_600, 18_750, 81.25, 593.75))),
    class("db.r5.large.tpc1.mem2x", 2, 32.0, None, None),
    class("db.r5.xlarge", 4, 32.0, Some(1.25), Some(disks(6_000, 18_750, 143.75, 593.75))),
    class("db.r5.xlarge.tpc2.mem2x", 4, 64.0, None, None),
    class("db.r5.xlarge.tpc2.mem4x", 4, 128.0, None, None),
    class("db.r5b.12xlarge", 48, 384.0, Some(12.0), Some(disks(130_000, 130_000, 3750.0, 3750.0))),
    class("db.r5b.16xlarge", 64, 512.0, Some(20.0), Some(disks(173_333, 173_333, 5000.0, 5000.0))),
    class("db.r5b.24xlarge", 96, 768.0, Some(25.0), Some(disks(260_000, 260_000, 7500.0, 7500.0))),
    class("db.r5b.2xlarge", 8, 64.0, Some(2.5), Some(disks(21_667, 43_333, 625.0, 1250.0))),
    class("db.r5b.2xlarge.tpc1.mem2x", 8, 128.0, None, None),
    class("db.r5b.2xlarge.tpc2.mem4x", 8, 256.0, None, None),
    class("db.r5b.2xlarge.tpc2.mem8x", 8, 512.0, None, None),
    class("db.r5b.4xlarge", 16, 128.0, Some(5.0), Some(disks(43_333, 43_333, 1250.0, 1250.0))),
    class("db.r5b.4xlarge.tpc2.mem2x", 16, 256.0, None, None),
    class("db.r5b.4xlarge.tpc2.mem3x", 16, 384.0, None, None),
    class("db.r5b.4xlarge.tpc2.mem4x", 16, 512.0, None, None),
    class("db.r5b.6xlarge.tpc2.mem4x", 24, 768.0, None, None),
    class("db.r5b.8xlarge", 32, 256.0, Some(10.0), Some(disks(86_667, 86_667, 2500.0, 2500.0))),
    class("db.r5b.8xlarge.tpc2.mem3x", 32, 768.0, None, None),
    class("db.r5b.large", 2, 16.0, Some(0.75), Some(disks(5_417, 43_333, 156.25, 1250.0))),
    class("db.r5b.large.tpc1.mem2x", 2, 32.0, None, None),
    class("db.r5b.xlarge", 4, 32.0, Some(1.25), Some(disks(10_833, 43_333, 312.5, 1250.0))),
    class("db.r5b.xlarge.tpc2.mem2x", 4, 64.0, None, None),
    class("db.r5b.xlarge.tpc2.mem4x", 4, 128.0, None, None),
    class("db.r5d.12xlarge", 48, 384.0, Some(12.0), Some(disks(40_000, 40_000, 1187.5, 1187.5))),
    class("db.r5d.16xlarge", 64, 512.0, Some(20.0), Some(disks(60_000, 60_000, 1700.0, 1700.0))),
    class("db.r5d.24xlarge", 96, 768.0, Some(25.0), Some(disks(80_000, 80_000, 2375.0, 2375.0))),
    class("db.r5d.2xlarge", 8, 64.0, Some(2.5), Some(disks(12_000, 18_750, 287.5, 593.75))),
    class("db.r5d.4xlarge", 16, 128.0, Some(5.0), Some(disks(18_750, 18_750, 593.75, 593.75))),
    class("db.r5d.8xlarge", 32, 256.0, Some(10.0), Some(disks(30_000, 30_000, 850.0, 850.0))),
    class("db.r5d.large", 2, 16.0, Some(0.75), Some(disks(3_600, 18_750, 81.25, 593.75))),
    class("db.r5d.xlarge", 4, 32.0, Some(1.25), Some(disks(6_000, 18_750, 143.75, 593.75))),
    class("db.r6g.12xlarge", 48, 384.0, Some(20.0), Some(disks(50_000, 50_000, 1781.25, 1781.25))),
    class("db.r6g.16xlarge", 64, 512.0, Some(25.0), Some(disks(80_000, 80_000, 2375.0, 2375.0))),
    class("db.r6g.2xlarge", 8, 64.0, Some(2.5), Some(disks(12_000, 20_000, 296.875, 593.75))),
    class("db.r6g.4xlarge", 16, 128.0, Some(5.0), Some(disks(20_000, 20_000, 593.75, 593.75))),
    class("db.r6g.8xlarge", 32, 256.0, Some(12.0), Some(disks(40_000, 40_000, 1187.5, 1187.5))),
    class("db.r6g.large", 2, 16.0, Some(0.75), Some(disks(3_600, 20_000, 78.75, 593.75))),
    class("db.r6g.xlarge", 4, 32.0, Some(1.25), Some(disks(6_000, 20_000, 148.5, 593.75))),
    class("db.r6gd.12xlarge", 48, 384.0, Some(20.0), Some(disks(50_000, 50_000, 1781.25, 1781.25))),
    class("db.r6gd.16xlarge", 64, 512.0, Some(25.0), Some(disks(80_000, 80_000, 2375.0, 2375.0))),
    class("db.r6gd.2xlarge", 8, 64.0, Some(2.5), Some(disks(12_000, 20_000, 296.875, 593.75))),
    class("db.r6gd.4xlarge", 16, 128.0, Some(5.0), Some(disks(20_000, 20_000, 593.75, 593.75))),
    class("db.r6gd.8xlarge", 32, 256.0, Some(12.0), Some(disks(40_000, 40_000, 1187.5, 1187.5))),
    class("db.r6gd.large", 2, 16.0, Some(0.75), Some(disks(3_600, 20_000, 78.75, 593.75))),
    class("db.r6gd.xlarge", 4, 32.0, Some(1.25), Some(disks(6_000, 20_000, 148.5, 593.75))),
    class("db.r6i.12xlarge", 48, 384.0, Some(18.75), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.r6i.12xlarge.tpc2.mem2x", 48, 768.0, None, None),
    class("db.r6i.16xlarge", 64, 512.0, Some(25.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.r6i.24xlarge", 96, 768.0, Some(37.5), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.r6i.2xlarge", 8, 64.0, Some(3.125), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.r6i.2xlarge.tpc1.mem2x", 8, 128.0, None, None),
    class("db.r6i.2xlarge.tpc2.mem4x", 8, 256.0, None, None),
    class("db.r6i.2xlarge.tpc2.mem8x", 8, 512.0, None, None),
    class("db.r6i.32xlarge", 128, 1024.0, Some(50.0), Some(disks(160_000, 160_000, 5000.0, 5000.0))),
    class("db.r6i.4xlarge", 16, 128.0, Some(6.25), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.r6i.4xlarge.tpc2.mem2x", 16, 256.0, None, None),
    class("db.r6i.4xlarge.tpc2.mem3x", 16, 384.0, None, None),
    class("db.r6i.4xlarge.tpc2.mem4x", 16, 512.0, None, None),
    class("db.r6i.4xlarge.tpc2.mem8x", 16, 1024.0, None, None),
    class("db.r6i.6xlarge.tpc2.mem4x", 24, 768.0, None, None),
    class("db.r6i.8xlarge", 32, 256.0, Some(12.5), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.r6i.8xlarge.tpc2.mem3x", 32, 768.0, None, None),
    class("db.r6i.8xlarge.tpc2.mem4x", 32, 1024.0, None, None),
    class("db.r6i.large", 2, 16.0, Some(0.781), Some(disks(3_600, 40_000, 81.25, 1250.0))),
    class("db.r6i.large.tpc1.mem2x", 2, 32.0, None, None),
    class("db.r6i.metal", 128, 1024.0, Some(50.0), Some(disks(160_000, 160_000, 5000.0, 5000.0))),
    class("db.r6i.xlarge", 4, 32.0, Some(1.562), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.r6i.xlarge.tpc2.mem2x", 4, 64.0, None, None),
    class("db.r6i.xlarge.tpc2.mem4x", 4, 128.0, None, None),
    class("db.r6id.12xlarge", 48, 384.0, Some(18.75), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.r6id.16xlarge", 64, 512.0, Some(25.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.r6id.24xlarge", 96, 768.0, Some(37.5), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.r6id.2xlarge", 8, 64.0, Some(3.125), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.r6id.32xlarge", 128, 1024.0, Some(50.0), Some(disks(160_000, 160_000, 5000.0, 5000.0))),
    class("db.r6id.4xlarge", 16, 128.0, Some(6.25), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.r6id.8xlarge", 32, 256.0, Some(12.5), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.r6id.large", 2, 16.0, Some(0.781), Some(disks(3_600, 40_000, 81.25, 1250.0))),
    class("db.r6id.metal", 128, 1024.0, Some(50.0), Some(disks(160_000, 160_000, 5000.0, 5000.0))),
    class("db.r6id.xlarge", 4, 32.0, Some(1.562), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.r6idn.12xlarge", 48, 384.0, Some(75.0), Some(disks(150_000, 150_000, 4687.5, 4687.5))),
    class("db.r6idn.16xlarge", 64, 512.0, Some(100.0), Some(disks(200_000, 200_000, 6250.0, 6250.0))),
    class("db.r6idn.24xlarge", 96, 768.0, Some(150.0), Some(disks(300_000, 300_000, 9375.0, 9375.0))),
    class("db.r6idn.2xlarge", 8, 64.0, Some(12.5), Some(disks(25_000, 100_000, 781.25, 3125.0))),
    class("db.r6idn.32xlarge", 128, 1024.0, Some(200.0), Some(disks(400_000, 400_000, 12500.0, 12500.0))),
    class("db.r6idn.4xlarge", 16, 128.0, Some(25.0), Some(disks(50_000, 100_000, 1562.5, 3125.0))),
    class("db.r6idn.8xlarge", 32, 256.0, Some(50.0), Some(disks(100_000, 100_000, 3125.0, 3125.0))),
    class("db.r6idn.large", 2, 16.0, Some(3.125), Some(disks(6_250, 100_000, 195.312, 3125.0))),
    class("db.r6idn.xlarge", 4, 32.0, Some(6.25), Some(disks(12_500, 100_000, 390.625, 3125.0))),
    class("db.r6in.12xlarge", 48, 384.0, Some(75.0), Some(disks(150_000, 150_000, 4687.5, 4687.5))),
    class("db.r6in.16xlarge", 64, 512.0, Some(100.0), Some(disks(200_000, 200_000, 6250.0, 6250.0))),
    class("db.r6in.24xlarge", 96, 768.0, Some(150.0), Some(disks(300_000, 300_000, 9375.0, 9375.0))),
    class("db.r6in.2xlarge", 8, 64.0, Some(12.5), Some(disks(25_000, 100_000, 781.25, 3125.0))),
    class("db.r6in.32xlarge", 128, 1024.0, Some(200.0), Some(disks(400_000, 400_000, 12500.0, 12500.0))),
    class("db.r6in.4xlarge", 16, 128.0, Some(25.0), Some(disks(50_000, 100_000, 1562.5, 3125.0))),
    class("db.r6in.8xlarge", 32, 256.0, Some(50.0), Some(disks(100_000, 100_000, 3125.0, 3125.0))),
    class("db.r6in.large", 2, 16.0, Some(3.125), Some(disks(6_250, 100_000, 195.312, 3125.0))),
    class("db.r6in.metal", 128, 1024.0, Some(200.0), Some(disks(400_000, 400_000, 12500.0, 12500.0))),
    class("db.r6in.xlarge", 4, 32.0, Some(6.25), Some(disks(12_500, 100_000, 390.625, 3125.0))),
    class("db.r7g.12xlarge", 48, 384.0, Some(22.5), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.r7g.16xlarge", 64, 512.0, Some(30.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.r7g.2xlarge", 8, 64.0, Some(3.75), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.r7g.4xlarge", 16, 128.0, Some(7.5), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.r7g.8xlarge", 32, 256.0, Some(15.0), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.r7g.large", 2, 16.0, Some(0.937), Some(disks(3_600, 40_000, 78.75, 1250.0))),
    class("db.r7g.xlarge", 4, 32.0, Some(1.876), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.r7i.12xlarge", 48, 384.0, Some(18.75), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.r7i.16xlarge", 64, 512.0, Some(25.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.r7i.24xlarge", 96, 768.0, Some(37.5), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.r7i.2xlarge", 8, 64.0, Some(3.125), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.r7i.2xlarge.tpc2.mem4x", 8, 256.0, None, None),
    class("db.r7i.2xlarge.tpc2.mem8x", 8, 512.0, None, None),
    class("db.r7i.3xlarge.tpc2.mem4x", 12, 384.0, None, None),
    class("db.r7i.48xlarge", 192, 1536.0, Some(50.0), Some(disks(240_000, 240_000, 5000.0, 5000.0))),
    class("db.r7i.4xlarge", 16, 128.0, Some(6.25), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.r7i.4xlarge.tpc2.mem2x", 16, 256.0, None, None),
    class("db.r7i.4xlarge.tpc2.mem3x", 16, 384.0, None, None),
    class("db.r7i.4xlarge.tpc2.mem4x", 16, 512.0, None, None),
    class("db.r7i.6xlarge.tpc2.mem2x", 24, 384.0, None, None),
    class("db.r7i.6xlarge.tpc2.mem4x", 24, 768.0, None, None),
    class("db.r7i.8xlarge", 32, 256.0, Some(12.5), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.r7i.8xlarge.tpc2.mem2x", 32, 512.0, None, None),
    class("db.r7i.8xlarge.tpc2.mem3x", 32, 768.0, None, None),
    class("db.r7i.large", 2, 16.0, Some(0.781), Some(disks(3_600, 40_000, 81.25, 1250.0))),
    class("db.r7i.metal-24xl", 96, 768.0, Some(37.5), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.r7i.metal-48xl", 192, 1536.0, Some(50.0), Some(disks(240_000, 240_000, 5000.0, 5000.0))),
    class("db.r7i.xlarge", 4, 32.0, Some(1.562), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.r7i.xlarge.tpc2.mem2x", 4, 64.0, None, None),
    class("db.r7i.xlarge.tpc2.mem4x", 4, 128.0, None, None),
    class("db.r8a.12xlarge", 48, 384.0, Some(22.5), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.r8a.16xlarge", 64, 512.0, Some(30.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.r8a.24xlarge", 96, 768.0, Some(40.0), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.r8a.2xlarge", 8, 64.0, Some(3.75), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.r8a.48xlarge", 192, 1536.0, Some(75.0), Some(disks(240_000, 240_000, 7500.0, 7500.0))),
    class("db.r8a.4xlarge", 16, 128.0, Some(7.5), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.r8a.8xlarge", 32, 256.0, Some(15.0), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.r8a.large", 2, 16.0, Some(0.937), Some(disks(3_600, 40_000, 81.25, 1250.0))),
    class("db.r8a.xlarge", 4, 32.0, Some(1.875), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.r8g.12xlarge", 48, 384.0, Some(22.5), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.r8g.16xlarge", 64, 512.0, Some(30.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.r8g.24xlarge", 96, 768.0, Some(40.0), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.r8g.2xlarge", 8, 64.0, Some(3.75), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.r8g.48xlarge", 192, 1536.0, Some(50.0), Some(disks(240_000, 240_000, 5000.0, 5000.0))),
    class("db.r8g.4xlarge", 16, 128.0, Some(7.5), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.r8g.8xlarge", 32, 256.0, Some(15.0), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.r8g.large", 2, 16.0, Some(0.937), Some(disks(3_600, 40_000, 78.75, 1250.0))),
    class("db.r8g.xlarge", 4, 32.0, Some(1.875), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.r8gd.12xlarge", 48, 384.0, Some(22.5), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.r8gd.16xlarge", 64, 512.0, Some(30.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.r8gd.24xlarge", 96, 768.0, Some(40.0), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.r8gd.2xlarge", 8, 64.0, Some(3.75), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.r8gd.48xlarge", 192, 1536.0, Some(50.0), Some(disks(240_000, 240_000, 5000.0, 5000.0))),
    class("db.r8gd.4xlarge", 16, 128.0, Some(7.5), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.r8gd.8xlarge", 32, 256.0, Some(15.0), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.r8gd.large", 2, 16.0, Some(0.937), Some(disks(3_600, 40_000, 78.75, 1250.0))),
    class("db.r8gd.xlarge", 4, 32.0, Some(1.875), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.r8i.12xlarge", 48, 384.0, Some(22.5), Some(disks(60_000, 60_000, 1875.0, 1875.0))),
    class("db.r8i.16xlarge", 64, 512.0, Some(30.0), Some(disks(80_000, 80_000, 2500.0, 2500.0))),
    class("db.r8i.24xlarge", 96, 768.0, Some(40.0), Some(disks(120_000, 120_000, 3750.0, 3750.0))),
    class("db.r8i.2xlarge", 8, 64.0, Some(3.75), Some(disks(12_000, 40_000, 312.5, 1250.0))),
    class("db.r8i.32xlarge", 128, 1024.0, Some(50.0), Some(disks(160_000, 160_000, 5000.0, 5000.0))),
    class("db.r8i.48xlarge", 192, 1536.0, Some(75.0), Some(disks(240_000, 240_000, 7500.0, 7500.0))),
    class("db.r8i.4xlarge", 16, 128.0, Some(7.5), Some(disks(20_000, 40_000, 625.0, 1250.0))),
    class("db.r8i.8xlarge", 32, 256.0, Some(15.0), Some(disks(40_000, 40_000, 1250.0, 1250.0))),
    class("db.r8i.96xlarge", 384, 3072.0, Some(100.0), Some(disks(480_000, 480_000, 10000.0, 10000.0))),
    class("db.r8i.large", 2, 16.0, Some(0.937), Some(disks(3_600, 40_000, 81.25, 1250.0))),
    class("db.r8i.metal-48xl", 192, 1536.0, Some(75.0), Some(disks(240_000, 240_000, 7500.0, 7500.0))),
    class("db.r8i.metal-96xl", 384, 3072.0, Some(100.0), Some(disks(480_000, 480_000, 10000.0, 10000.0))),
    class("db.r8i.xlarge", 4, 32.0, Some(1.875), Some(disks(6_000, 40_000, 156.25, 1250.0))),
    class("db.t1.micro", 1, 0.612, Some(0.07), None),
    class("db.t2.2xlarge", 8, 32.0, Some(1.0), None),
    class("db.t2.large", 2, 8.0, Some(0.512), None),
    class("db.t2.medium", 2, 4.0, Some(0.256), None),
    class("db.t2.micro", 1, 1.0, Some(0.064), None),
    class("db.t2.small", 1, 2.0, Some(0.128), None),
    class("db.t2.xlarge", 4, 16.0, Some(0.75), None),
    class("db.t3.2xlarge", 8, 32.0, Some(2.048), Some(disks(4_000, 15_700, 86.875, 347.5))),
    class("db.t3.large", 2, 8.0, Some(0.512), Some(disks(4_000, 15_700, 86.875, 347.5))),
    class("db.t3.medium", 2, 4.0, Some(0.256), Some(disks(2_000, 11_800, 43.375, 260.625))),
    class("db.t3.micro", 2, 1.0, Some(0.064), Some(disks(500, 11_800, 10.875, 260.625))),
    class("db.t3.small", 2, 2.0, Some(0.128), Some(disks(1_000, 11_800, 21.75, 260.625))),
    class("db.t3.xlarge", 4, 16.0, Some(1.024), Some(disks(4_000, 15_700, 86.875, 347.5))),
    class("db.t4g.2xlarge", 8, 32.0, Some(2.048), Some(disks(4_000, 15_700, 86.875, 347.5))),
    class("db.t4g.large", 2, 8.0, Some(0.512), Some(disks(4_000, 15_700, 86.875, 347.5))),
    class("db.t4g.medium", 2, 4.0, Some(0.256), Some(disks(2_000, 11_800, 43.375, 260.625))),
    class("db.t4g.micro", 2, 1.0, Some(0.064), Some(disks(500, 11_800, 10.875, 260.625))),
    class("db.t4g.small", 2, 2.0, Some(0.128), Some(disks(1_000, 11_800, 21.75, 260.625))),
    class("db.t4g.xlarge", 4, 16.0, Some(1.024), Some(disks(4_000, 15_700, 86.875, 347.5))),
    class("db.x1.16xlarge", 64, 976.0, Some(10.0), Some(disks(40_000, 40_000, 875.0, 875.0))),
    class("db.x1.32xlarge", 128, 1952.0, Some(25.0), Some(disks(80_000, 80_000, 1750.0, 1750.0))),
    class("db.x1e.16xlarge", 64, 1952.0, Some(10.0), Some(disks(40_000, 40_000, 875.0, 875.0))),
    class("db.x1e.2xlarge", 8, 244.0, Some(1.25), Some(disks(7_400, 7_400, 125.0, 125.0))),
    class("db.x1e.32xlarge", 128, 3904.0, Some(25.0), Some(disks(80_000, 80_000, 1750.0, 1750.0))),
    class("db.x1e.4xlarge", 16, 488.0, Some(2.5), Some(disks(10_000, 10_000, 218.75, 218.75))),
    class("db.x1e.8xlarge", 32, 976.0, Some(5.0), Some(disks(20_000, 20_000, 437.5, 437.5))),
    class("db.x1e.xlarge", 4, 122.0, Some(0.625), Some(disks(3_700, 3_700, 62.5, 62.5))),
    class("db.x2g.12xlarge", 48, 768.0, Some(20.0), Some(disks(60_000, 60_000, 1781.25, 1781.25))),
    class("db.x2g.16xlarge", 64, 1024.0, Some(25.0), Some(disks(80_000, 80_000, 2375.0, 2375.0))),
    class("db.x2g.2xlarge", 8, 128.0, Some(2.5), Some(disks(12_000, 20_000, 296.875, 593.75))),
    class("db.x2g.4xlarge", 16, 256.0, Some(5.0), Some(disks(20_000, 20_000, 593.75, 593.75))),
    class("db.x2g.8xlarge", 32, 512.0, Some(12.0), Some(disks(40_000, 40_000, 1187.5, 1187.5))),
    class("db.x2g.large", 2, 32.0, Some(0.75), Some(disks(3_600, 20_000, 78.75, 593.75))),
    class("db.x2g.xlarge", 4, 64.0, Some(1.25), Some(disks(6_000, 20_000, 148.5, 593.75))),
    class("db.x2idn.16xlarge", 64, 1024.0, Some(50.0), Some(disks(173_333, 173_333, 5000.0, 5000.0))),
    class("db.x2idn.24xlarge", 96, 1536.0, Some(75.0), Some(disks(260_000, 260_000, 7500.0, 7500.0))),
    class("db.x2idn.32xlarge", 128, 2048.0, Some(100.0), Some(disks(260_000, 260_000, 10000.0, 10000.0))),
    class("db.x2idn.metal", 128, 2048.0, Some(100.0), Some(disks(260_000, 260_000, 10000.0, 10000.0))),
    class("db.x2iedn.16xlarge", 64, 2048.0, Some(50.0), Some(disks(130_000, 130_000, 5000.0, 5000.0))),
    class("db.x2iedn.24xlarge", 96, 3072.0, Some(75.0), Some(disks(195_000, 195_000, 7500.0, 7500.0))),
    class("db.x2iedn.2xlarge", 8, 256.0, Some(5.0), Some(disks(16_250, 65_000, 625.0, 2500.0))),
    class("db.x2iedn.32xlarge", 128, 4096.0, Some(100.0), Some(disks(260_000, 260_000, 10000.0, 10000.0))),
    class("db.x2iedn.4xlarge", 16, 512.0, Some(12.5), Some(disks(32_500, 65_000, 1250.0, 2500.0))),
    class("db.x2iedn.8xlarge", 32, 1024.0, Some(25.0), Some(disks(65_000, 65_000, 2500.0, 2500.0))),
    class("db.x2iedn.metal", 128, 4096.0, Some(100.0), Some(disks(260_000, 260_000, 10000.0, 10000.0))),
    class("db.x2iedn.xlarge", 4, 128.0, Some(1.875), Some(disks(8_125, 65_000, 312.5, 2500.0))),
    class("db.x2iezn.12xlarge", 48, 1536.0, Some(100.0), Some(disks(80_000, 80_000, 2375.0, 2375.0))),
    class("db.x2iezn.2xlarge", 8, 256.0, Some(12.5), Some(disks(13_333, 13_333, 396.25, 396.25))),
    class("db.x2iezn.4xlarge", 16, 512.0, Some(15.0), Some(disks(20_000, 20_000, 593.75, 593.75))),
    class("db.x2iezn.6xlarge", 24, 768.0, Some(50.0), Some(disks(40_000, 40_000, 1187.5, 1187.5))),
    class("db.x2iezn.8xlarge", 32, 1024.0, Some(75.0), Some(disks(55_000, 55_000, 1500.0, 1500.0))),
    class("db.x2iezn.metal", 48, 1536.0, Some(100.0), Some(disks(80_000, 80_000, 2375.0, 2375.0))),
    class("db.x2m.16xlarge", 64, 2048.0, Some(50.0), Some(disks(130_000, 130_000, 5000.0, 5000.0))),
    class("db.x2m.24xlarge", 96, 3072.0, Some(75.0), Some(disks(195_000, 195_000, 7500.0, 7500.0))),
    class("db.x2m.2xlarge", 8, 256.0, Some(5.0), Some(disks(16_250, 65_000, 625.0, 2500.0))),
    class("db.x2m.32xlarge", 128, 4096.0, Some(100.0), Some(disks(260_000, 260_000, 10000.0, 10000.0))),
    class("db.x2m.4xlarge", 16, 512.0, Some(12.5), Some(disks(32_500, 65_000, 1250.0, 2500.0))),
    class("db.x2m.8xlarge", 32, 1024.0, Some(25.0), Some(disks(65_000, 65_000, 2500.0, 2500.0))),
    class("db.x2m.xlarge", 4, 128.0, Some(1.875), Some(disks(8_125, 65_000, 312.5, 2500.0))),
    class("db.z1d.12xlarge", 48, 384.0, Some(25.0), Some(disks(80_000, 80_000, 2375.0, 2375.0))),
    class("db.z1d.2xlarge", 8, 64.0, Some(2.5), Some(disks(13_333, 13_333, 396.25, 396.25))),
    class("db.z1d.3xlarge", 12, 96.0, Some(5.0), Some(disks(20_000, 20_000, 593.75, 593.75))),
    class("db.z1d.6xlarge", 24, 192.0, Some(12.0), Some(disks(40_000, 40_000, 1187.5, 1187.5))),
    class("db.z1d.large", 2, 16.0, Some(0.75), Some(disks(3_333, 13_333, 100.0, 396.25))),
    class("db.z1d.xlarge", 4, 32.0, Some(1.25), Some(disks(6_667, 13_333, 197.5, 396.25))),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_ordered_and_holds_what_it_is_searched_for() {
        assert!(CLASSES.is_sorted_by(|left, right| left.name < right.name));
        assert_eq!(CLASSES.len(), 421, "classes that AWS listed when the table was written");
        for class in CLASSES {
            assert_eq!(find(class.name), Some(class));
            assert!(class.vcpus >= 1 && class.memory_bytes > 5e8, "{}", class.name);
            if let Some(ebs) = class.ebs {
                assert!(ebs.baseline_iops <= ebs.max_iops, "{}", class.name);
                assert!(ebs.baseline_bytes_per_second <= ebs.max_bytes_per_second, "{}", class.name);
            }
        }
    }

    #[test]
    fn a_class_is_found_by_its_exact_name() {
        let class = find("db.m6g.large").unwrap();
        assert_eq!((class.vcpus, class.memory_bytes), (2, 8.0 * 1024.0 * 1024.0 * 1024.0));
        for unknown in ["", "db.serverless", "m6g.large", "db.m6g.larg", "db.m99.large"] {
            assert_eq!(find(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn known_examples() {
        let check = |name, vcpus, gib: f64| {
            let class = find(name).unwrap();
            assert_eq!((class.vcpus, class.memory_bytes), (vcpus, gib * 1_073_741_824.0), "{name}");
        };
        check("db.t4g.micro", 2, 1.0);
        check("db.t3.medium", 2, 4.0);
        check("db.m5.24xlarge", 96, 384.0);
        check("db.r6g.2xlarge", 8, 64.0);
        check("db.r5.6xlarge.tpc2.mem4x", 24, 768.0);
        check("db.x2iezn.8xlarge", 32, 1024.0);
    }

    #[test]
    fn more_memory_is_a_multiple_of_the_base_class() {
        let gib = |name| memory_bytes(name).map(|bytes| bytes / 1_073_741_824.0);
        assert_eq!(gib("db.m6g.large"), Some(8.0));
        assert_eq!(gib("db.r5.2xlarge.tpc2.mem8x"), Some(512.0));
        assert_eq!(gib("db.r6i.16xlarge.tpc2.mem2x"), Some(1024.0), "not listed");
        for unknown in ["db.m99.large", "db.m99.large.tpc2.mem2x", "db.r6i.large.tpc2", "db.r6i.large.tpc2.mem0x"] {
            assert_eq!(gib(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn more_memory_brings_the_disk_bandwidth_of_the_class_with_that_memory() {
        assert_eq!(ebs("db.r5.2xlarge.tpc2.mem8x"), ebs("db.r5.16xlarge"), "13,600 Mbps, not 2,300");
        assert_eq!(ebs("db.r5.xlarge.tpc2.mem4x"), ebs("db.r5.4xlarge"));
        assert_eq!(ebs("db.r6i.16xlarge.tpc2.mem2x"), ebs("db.r6i.32xlarge"));
        assert_eq!(ebs("db.r5.4xlarge.tpc2.mem3x"), ebs("db.r5.12xlarge"));
        assert_eq!(ebs("db.m99.large.tpc2.mem2x"), None);
        assert!(ebs("db.r5.xlarge").unwrap().is_burstable());
        assert!(!ebs("db.r5.24xlarge").unwrap().is_burstable());
        assert_eq!(ebs("db.t2.micro"), None);
    }

    #[test]
    fn families_and_features() {
        let check = |class, expected_family, expected_features| {
            assert_eq!((family(class), features(class)), (expected_family, expected_features), "{class}");
        };
        check("db.m6gd.large", "m6gd", "gd");
        check("db.x2iedn.32xlarge", "x2iedn", "iedn");
        check("db.r5.xlarge.tpc2.mem4x", "r5", "");
        check("db.serverless", "serverless", "");
        check("", "", "");
    }
}
