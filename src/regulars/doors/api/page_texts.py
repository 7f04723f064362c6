"""What the pages say in English and Chinese around the document."""

from collections.abc import Mapping

Both = Mapping[str, str]

WORDS: Mapping[str, Both] = {
    "title": {"en": "API", "zh": "接口文档"},
    "problems": {"en": "Problems", "zh": "错误说明"},
    "preface": {
        "en": (
            "One address, one key, plain JSON. Send `Authorization: Bearer rk_…`. Amounts are integers in minor units, "
            "points are integers, times carry their offset.\n\n"
            "Every write can be sent again: the ids you choose give the same answer for ever, an `Idempotency-Key` "
            "does so for 30 days. A 5xx answer always allows the same request again.\n\n"
            "Every refusal is `application/problem+json` with a stable `code`, what is wrong (`errors`), whether to "
            "send it again (`retry`) and whether we kept what you sent (`kept`)."
        ),
        "zh": (
            "一个地址、一个密钥、纯 JSON。请发送 `Authorization: Bearer rk_…`。"
            "金额为最小货币单位的整数，积分为整数，时间带时区偏移。\n\n"
            "所有写入都可以重发：您选定的编号永远得到同样的回答，`Idempotency-Key` 在 30 天内有效。"
            "收到 5xx 时总可以原样重发。\n\n"
            "所有拒绝都是 `application/problem+json`，含固定的 `code`、错误位置（`errors`）、"
            "是否可重发（`retry`）以及内容是否已保存（`kept`）。"
        ),
    },
    "parameters": {"en": "Parameters", "zh": "参数"},
    "path": {"en": "path", "zh": "路径"},
    "query": {"en": "query", "zh": "查询"},
    "header": {"en": "header", "zh": "请求头"},
    "body": {"en": "Body", "zh": "请求体"},
    "required": {"en": "required", "zh": "必填"},
    "request": {"en": "Request", "zh": "请求示例"},
    "answer": {"en": "Answer", "zh": "回答示例"},
    "refusals": {"en": "What can be refused", "zh": "可能的拒绝"},
    "status": {"en": "Status", "zh": "状态码"},
    "meaning": {"en": "Meaning", "zh": "含义"},
    "example": {"en": "Example", "zh": "示例"},
    "act": {"en": "What you do", "zh": "处理方法"},
    "kept": {"en": "What was kept", "zh": "是否保存"},
    "kept-none": {"en": "Nothing; you still have it.", "zh": "未保存；内容仍在您手中。"},
    "kept-inbox": {
        "en": "Orders, returns, events: the bytes, sealed, for 30 days, to be replayed from the console. Else nothing.",
        "zh": "订单、退货与事件：原始内容加密保存 30 天，可在控制台重放。其他情况不保存。",
    },
    "kept-existing": {"en": "What came first stands.", "zh": "以先前的内容为准。"},
}

TAGS: Mapping[str, Both] = {
    "Orders": {"en": "Orders", "zh": "订单"},
    "Events": {"en": "Events", "zh": "行为事件"},
    "Batches": {"en": "Batches", "zh": "批量"},
    "Members": {"en": "Members", "zh": "会员"},
    "Households": {"en": "Households", "zh": "家庭账户"},
    "Gifts": {"en": "Gifts", "zh": "积分赠送"},
    "Quotes": {"en": "Quotes", "zh": "试算"},
    "Holds": {"en": "Holds", "zh": "预占"},
    "Coupons": {"en": "Coupons", "zh": "优惠券"},
    "Coupon pools": {"en": "Coupon pools", "zh": "券池"},
    "Rewards": {"en": "Rewards", "zh": "奖品"},
    "Referrals": {"en": "Referrals", "zh": "推荐有礼"},
    "Challenges": {"en": "Challenges", "zh": "任务挑战"},
    "Adjustments": {"en": "Adjustments", "zh": "人工调整"},
    "Wallets": {"en": "Wallets", "zh": "账户"},
    "Changes": {"en": "Changes", "zh": "变更记录"},
}

SUMMARIES: Mapping[str, str] = {
    "Record a paid order": "记录已付订单",
    "Show an order": "查看订单",
    "Record a return": "记录退货",
    "Cancel an order": "取消订单",
    "Confirm a pending return": "确认待结算的退货",
    "Fail a pending return": "作废待结算的退货",
    "Reinstate a cancelled order": "恢复已取消的订单",
    "Say that an order is completed": "通知订单已完成",
    "Record what a member did": "记录会员行为",
    "Show the event types": "查看事件类型",
    "Declare an event type": "声明事件类型",
    "Send many at once": "批量发送",
    "Enroll a member": "会员入会",
    "Find a member": "查找会员",
    "Show a member": "查看会员",
    "Show a member's statement": "查看会员积分明细",
    "Show what a member can have": "查看会员可兑换的奖品",
    "Merge a member into another": "合并会员",
    "Undo a merge": "撤销会员合并",
    "Found a household": "创建家庭账户",
    "Show a household": "查看家庭账户",
    "Join a household": "加入家庭账户",
    "Leave a household": "退出家庭账户",
    "Dissolve a household": "解散家庭账户",
    "Give points": "赠送积分",
    "Evaluate a basket": "购物车试算",
    "Set points aside": "预占积分",
    "Read what happened": "读取变更记录",
    "Spend a hold": "确认预占",
    "Release a hold": "释放预占",
    "Show the catalogue": "查看积分商城",
    "Look at a coupon": "校验优惠券",
    "Set a coupon aside": "预占优惠券",
    "Release coupons": "释放优惠券",
    "Pass a coupon on": "转赠优惠券",
    "Show a member's coupons": "查看会员的优惠券",
    "Show the pools": "查看全部券池",
    "Show a pool": "查看券池",
    "Save a pool": "保存券池",
    "Start, pause or end a pool": "启用、暂停或结束券池",
    "Make codes": "生成券码",
    "Bring codes in": "导入券码",
    "Issue coupons": "发放优惠券",
    "Redeem a reward": "兑换奖品",
    "Undo a redemption": "撤销兑换",
    "Note that a reward was handed out": "标记奖品已发放",
    "Show the terms of referrals": "查看推荐规则",
    "Save the terms of referrals": "保存推荐规则",
    "Get a member's referral code": "获取会员的推荐码",
    "Show whom a member brought": "查看会员推荐的好友",
    "List referrals": "查看推荐记录",
    "Show how many friends came how far": "查看推荐漏斗",
    "Approve a referral that waits": "批准待审核的推荐",
    "Refuse a referral that waits": "驳回待审核的推荐",
    "Show the challenges": "查看挑战",
    "Save a challenge": "保存挑战",
    "Begin, pause or end a challenge": "开始、暂停或结束挑战",
    "Show who changed a challenge": "查看挑战的更改记录",
    "Show a leaderboard": "查看排行榜",
    "Show a member's challenges": "查看会员的挑战进度",
    "List a member on leaderboards, or no longer": "设置会员是否上榜",
    "Add or take points": "增减积分",
    "Show the wallets": "查看账户设置",
    "Save a wallet": "保存账户设置",
    "Pay money into a wallet": "向储值账户充值",
    "List adjustments": "查看人工调整",
    "Approve an adjustment that waits": "批准待审批的调整",
    "Decline an adjustment that waits": "驳回待审批的调整",
}
