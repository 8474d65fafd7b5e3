"""A few tariffs, accounts and calls, small enough to be rated by hand."""

STEPS = "tariff_id,step_no,from_units,to_units,price,unit_size,increment,flat_fee\n"
TARIFFS = (
    "tariff_id,plan_id,service,direction,roaming_zone,destination_zone,band,connection_fee,"
    "min_charge,max_charge,tier_scope,tier_mode,beyond_last_step,rounding_scale,rounding_mode,"
    "tax_code,priority,valid_from,valid_to\n"
)
REFERENCE = {
    "plans": "plan_id,name,currency,recurring_fee,prorate,tax_code,valid_from,valid_to\n"
    "basic,Basic,EUR,,false,,,\n",
    "tariffs": TARIFFS
    + "voice-de,basic,voice,out,home,germany,*,0.05,,,event,graduated,last_price,4,half_up,,1,,\n"
    + "data,basic,data,out,*,*,*,0,,,period,volume,last_price,2,half_up,,1,,\n",
    "tariff_steps": STEPS + "voice-de,1,0,,0.10,60,60,\ndata,1,0,100,2,1,,\ndata,2,100,,1,1,,\n",
    "destinations": "prefix,zone,valid_from,valid_to\n49,germany,,\n41,switzerland,,\n",
    "roaming_networks": "network,zone\n208,france\n",
}
ACCOUNT_COLUMNS = (
    "account_id,parent_account_id,name,currency,time_zone,bill_day,tax_profile,credit_limit,"
    "effective_at\n"
)
ACTION_COLUMNS = "action_id,effective_at,action,subscription_id,account_id,subscriber,plan_id\n"
USAGE_COLUMNS = "event_id,service,subscriber,counterparty,started_at,quantity,serving_network\n"
START = "2026-01-01T00:00:00Z"
MARCH_1 = "2026-03-01T08:00:00Z"
ANNA, BERTA, CARLA = "491700000001", "491700000002", "491700000003"


def account(account_id: str) -> str:
    return f"{account_id},,{account_id},EUR,Europe/Berlin,1,,100,{START}\n"


def activation(no: int, subscriber: str, account_id: str) -> str:
    return f"n{no},{START},activate,s{no},{account_id},{subscriber},basic\n"


def call(event_id: str, subscriber: str, to: str, at: str, seconds: int, network: str = "") -> str:
    return f"{event_id},voice,{subscriber},{to},{at},{seconds},{network}\n"


def data(event_id: str, subscriber: str, at: str, units: int) -> str:
    return f"{event_id},data,{subscriber},internet,{at},{units},\n"
