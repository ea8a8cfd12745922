//! The text of the demo's documents, and how it stands on a page of A4.

/// Size of the text in millimetres, and from line to line.
pub(super) const SIZE: f64 = 4.5;
pub(super) const LEADING: f64 = 9.0;
pub(super) const LEFT: f64 = 25.0;
pub(super) const TOP: f64 = 30.0;

/// The pages: a title and lines. The seal goes where the last page says 盖章处.
pub(super) const PAGES: [(&str, &[&str]); 3] = [
    (
        "示范采购合同",
        &[
            "甲方（采购方）：示范市示范单位",
            "乙方（供应方）：示例科技有限公司",
            "本合同由 sealcore demo 生成，仅供演示电子印章之用。",
            "This contract was made by sealcore demo, to show electronic seals.",
            "一、甲方向乙方采购电子印章系统一套，规格见第二页。",
            "二、合同总价为人民币壹拾万元整（￥100000.00）。",
            "三、乙方应于合同生效后三十日内完成交付。",
        ],
    ),
    (
        "规格与交付",
        &[
            "四、系统应符合 GB/T 38540-2020 与 GB/T 33190-2016。",
            "五、签章后的文档任何改动均应可被发现。",
            "六、骑缝章覆盖全部页面，每页各占一份。",
            "七、交付物包括程序、文档与测试报告。",
        ],
    ),
    (
        "签署页",
        &[
            "八、本合同一式两份，双方各执一份，自盖章之日起生效。",
            "九、未尽事宜由双方协商解决。",
            "甲方盖章处：",
        ],
    ),
];
