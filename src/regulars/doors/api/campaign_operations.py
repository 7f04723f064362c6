"""The operations about campaigns, as the documentation lists them."""

from . import campaign_shapes as shapes
from . import campaigns
from .asked import Asked
from .call import Operation


class NothingAsked(Asked):
    """An empty body."""


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/campaigns",
        tag="Campaigns",
        summary="List the campaigns",
        description="Every campaign with its terms and its stop-loss lines, newest first.",
        run=campaigns.show,
        tells=shapes.CampaignsTold,
        scope=campaigns.SCOPE,
        example={"campaigns": [shapes.CAMPAIGN_TOLD]},
    ),
    Operation(
        method="POST",
        path="/v1/campaigns",
        tag="Campaigns",
        summary="Save a campaign",
        description=(
            "A new draft, or all terms of the one with this `code`. With a `template` a new one is filled in, with "
            "its rules and lines. Rules of a campaign are earning rules that carry its `campaign_id`. After the "
            "launch only its name, end, budgets and goal change."
        ),
        run=campaigns.save,
        asks=shapes.CampaignAsked,
        tells=shapes.CampaignTold,
        scope=campaigns.SCOPE,
        sample=shapes.CAMPAIGN,
        example=shapes.CAMPAIGN_TOLD,
        statuses={201: "Saved as a draft.", 200: "Saved; the same again changes nothing."},
        problems=("campaign-invalid", "campaign-state", "rule-invalid", "invalid-text"),
        name="code",
    ),
    Operation(
        method="GET",
        path="/v1/campaigns/{campaign}",
        tag="Campaigns",
        summary="Show a campaign",
        description="Its terms, where it stands, and its stop-loss lines with the figures they were last seen at.",
        run=campaigns.one,
        tells=shapes.CampaignTold,
        scope=campaigns.SCOPE,
        example=shapes.CAMPAIGN_TOLD,
        problems=("not-found",),
    ),
    Operation(
        method="POST",
        path="/v1/campaigns/{campaign}/state",
        tag="Campaigns",
        summary="Launch, pause, resume or end a campaign",
        description=(
            "draft → review → live → paused → ended. A launch finds the audience and opens the budgets; a pause holds "
            "from the next purchase on. A campaign whose budget is used up is `stopped` and resumes once it is raised."
        ),
        run=campaigns.move,
        asks=shapes.CampaignStateAsked,
        tells=shapes.CampaignTold,
        scope=campaigns.SCOPE,
        sample={"state": "paused", "reason": "The margin is too thin"},
        example=shapes.CAMPAIGN_TOLD,
        problems=("not-found", "campaign-state", "campaign-invalid", "budget-exhausted", "four-eyes", "rule-invalid",
                  "invalid-text"),
    ),
    Operation(
        method="GET",
        path="/v1/campaigns/{campaign}/history",
        tag="Campaigns",
        summary="Show who changed a campaign",
        description="Every step and change, newest first: who, when, why, and each field from what to what.",
        run=campaigns.history,
        tells=shapes.HistoryTold,
        scope=campaigns.SCOPE,
        example=shapes.HISTORY,
        problems=("not-found",),
    ),
    Operation(
        method="POST",
        path="/v1/campaigns/{campaign}/undo",
        tag="Campaigns",
        summary="Undo a change of a campaign",
        description="Gives it the terms it had before that change, by a change of its own.",
        run=campaigns.undo,
        asks=shapes.UndoAsked,
        tells=shapes.CampaignTold,
        scope=campaigns.SCOPE,
        sample={"change_no": 4},
        example=shapes.CAMPAIGN_TOLD,
        problems=("not-found", "campaign-state", "campaign-invalid"),
    ),
    Operation(
        method="POST",
        path="/v1/campaigns/{campaign}/stop-lines",
        tag="Campaigns",
        summary="Save a stop-loss line",
        description=(
            "Watched every minute while the campaign is live. It never fires before its minimum age, below its "
            "minimum sample, or while the interval of the figure reaches across the threshold; once it fired, it is "
            "quiet until the figure was better by the margin."
        ),
        run=campaigns.set_line,
        asks=shapes.StopLineAsked,
        tells=shapes.CampaignTold,
        scope=campaigns.SCOPE,
        sample=shapes.STOP_LINE,
        example=shapes.CAMPAIGN_TOLD,
        problems=("not-found", "campaign-invalid"),
    ),
    Operation(
        method="POST",
        path="/v1/campaigns/{campaign}/stop-lines/dry-run",
        tag="Campaigns",
        summary="Try a stop-loss line on the past",
        description="What the line would have said on each of the last 60 days of the campaign. Nothing is written.",
        run=campaigns.dry_run,
        asks=shapes.StopLineAsked,
        tells=shapes.DryRunTold,
        scope=campaigns.SCOPE,
        sample=shapes.STOP_LINE,
        example=shapes.DRY_RUN,
        problems=("not-found", "campaign-invalid"),
    ),
    Operation(
        method="POST",
        path="/v1/campaigns/{campaign}/watch",
        tag="Campaigns",
        summary="Watch the stop-loss lines now",
        description="What happens every minute by itself: a line that fires pauses the campaign, or warns.",
        run=campaigns.watch,
        asks=NothingAsked,
        tells=shapes.CampaignTold,
        scope=campaigns.SCOPE,
        sample={},
        example=shapes.CAMPAIGN_TOLD,
        problems=("not-found",),
    ),
    Operation(
        method="GET",
        path="/v1/campaigns/{campaign}/figures",
        tag="Campaigns",
        summary="Show what a campaign gave and changed",
        description=(
            "Points, cost and participants, and members it gives to against members it holds out, with 95 % "
            "intervals. Without a sound holdout it is an `association`, not an effect."
        ),
        run=campaigns.figures,
        tells=shapes.FiguresTold,
        scope=campaigns.SCOPE,
        example=shapes.FIGURES,
        problems=("not-found",),
    ),
    Operation(
        method="GET",
        path="/v1/campaigns/{campaign}/lint",
        tag="Campaigns",
        summary="Check what a campaign is worth",
        description="The value lint of the program as if the campaign ran, in the program's language, worst first.",
        run=campaigns.lint,
        tells=shapes.LintTold,
        scope=campaigns.SCOPE,
        example=shapes.LINT,
        problems=("not-found",),
    ),
    Operation(
        method="GET",
        path="/v1/lint",
        tag="Campaigns",
        summary="Check what the program is worth",
        description="What members really get of the rules in force, in the program's language, worst first.",
        run=campaigns.lint_program,
        tells=shapes.LintTold,
        scope=campaigns.SCOPE,
        example=shapes.LINT,
    ),
    Operation(
        method="POST",
        path="/v1/campaign-policy",
        tag="Campaigns",
        summary="Set what the program wants of campaigns",
        description="A holdout of the program, left out of every campaign, and whether a second person launches.",
        run=campaigns.set_policy,
        asks=shapes.PolicyAsked,
        tells=shapes.PolicyAsked,
        scope=campaigns.SCOPE,
        sample={"holdout_percent": 5, "needs_second_person": True},
        example={"holdout_percent": 5, "needs_second_person": True},
    ),
)  # fmt: skip
