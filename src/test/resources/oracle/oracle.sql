-- The sample job computed a second time, from the raw logs and tables, by another engine and with none of the job's code.
-- What the job file says is said here again; the rules are those of the design. Everything is exact: money is DECIMAL,
-- divisions are divisions of whole numbers. Variables: sample_data, the directory of the sample.

create macro half_even(a, b) as
    case when 2 * (a % b) > b or (2 * (a % b) = b and (a // b) % 2 = 1) then a // b + 1 else a // b end;
-- Money as a whole number of its last digit, and back.
create macro digits(amount) as cast(amount * 1000000000000 as hugeint);
create macro money(digits) as cast(cast(digits as decimal(25, 0)) * cast('0.000000000001' as decimal(12, 12)) as decimal(38, 12));
create macro units(millionths) as cast(cast(millionths as decimal(12, 0)) * cast('0.000001' as decimal(6, 6)) as decimal(18, 6));

-- What jobs/sample.yaml says ------------------------------------------------------------------------------------------

create table feed as
from (values ('assistant', 500, 'serverless'), ('code', 1, 'serverless'), ('batch', 1, 'batch')) t (feed, weight, mode);

create table deployment_mode as
from (values ('assistant', 'llama-endpoint', 'dedicated'), ('assistant', 'edge-cache', 'gateway-cache'))
    t (feed, deployment, mode);

create table replicas as
from (values ('llama-70b-2xh100', 1)) t (unit, units);

-- The tables: text, cast exactly ------------------------------------------------------------------------------------------

create table rate_text as
from read_csv(getvariable('sample_data') || '/rates.csv', all_varchar = true, header = true, delim = ',', quote = '"');

create table price as
select row_number() over () + 1 as line, -- the first is the header
    provider, model, service_tier as tier, token_class, cast(valid_from as timestamp) as valid_from,
    coalesce(cast(valid_to as timestamp), timestamp '9999-01-01') as valid_to,
    -- price per token; a price of at most 6 fraction digits per million tokens is exact in the 12 digits of the reports
    cast(price as decimal(10, 6)) * cast('0.000001' as decimal(6, 6)) as per_token, cast(price as decimal(38, 12)) as per_million,
    currency, source, cast(retrieved_at as date) as retrieved_at
from rate_text;

create table alias as
from read_csv(getvariable('sample_data') || '/model_aliases.csv', all_varchar = true, header = true, delim = ',', quote = '"');

create table policy as
select *, case policy when 'discounted' then 'batch' when 'list' then 'standard' end as batch_tier
from read_csv(getvariable('sample_data') || '/batch_policy.csv', all_varchar = true, header = true, delim = ',', quote = '"');

create table eligibility as
from read_csv(getvariable('sample_data') || '/batch_eligibility.csv', all_varchar = true, header = true, delim = ',', quote = '"');

create table pool as
from read_csv(getvariable('sample_data') || '/pools.csv', all_varchar = true, header = true, delim = ',', quote = '"');

create table unit_text as
from read_csv(getvariable('sample_data') || '/capacity_units.csv', all_varchar = true, header = true, delim = ',', quote = '"');

-- Weighted tokens are counted in thousandths.
create table unit as
select unit, pool, currency, price_per, throughput_source, price_source, cast(price as decimal(18, 12)) as price,
    cast(minimum_monthly as decimal(18, 12)) as minimum_monthly,
    cast(cast(throughput_per_minute as decimal(12, 0)) * cast(utilisation_ceiling as decimal(3, 2)) * 1000 as hugeint) as per_minute
from unit_text;

create table weight as
select unit, pool, token_class, cast(cast(weight as decimal(6, 3)) * 1000 as hugeint) as thousandths
from (
    unpivot (
        select unit, pool, weight_uncached_input as uncached_input, weight_cached_input as cached_input,
            weight_cache_write as cache_write_5m, weight_cache_write as cache_write_1h, weight_output as output,
            weight_uncached_input as audio_input, weight_output as audio_output
        from unit_text)
    on columns(* exclude (unit, pool)) into name token_class value weight);

create table commitment as
select commitment, pool, unit, cast(units as integer) as units, cast(valid_from as timestamp) as valid_from,
    coalesce(cast(valid_to as timestamp), timestamp '9999-01-01') as valid_to
from read_csv(getvariable('sample_data') || '/commitments.csv', all_varchar = true, header = true, delim = ',', quote = '"');

-- The logs: lines of text, and what each of them is ---------------------------------------------------------------------------

create table line as
select row_number() over () as number, regexp_extract(filename, 'logs/([^/]+)/[^/]+$', 1) as feed, regexp_extract(filename, 'logs/[^/]+/[^/]+$') as file,
    text, case when json_valid(text) then cast(text as json) end as doc
from read_csv(getvariable('sample_data') || '/logs/*/*.jsonl.gz', columns = {'text': 'varchar'}, auto_detect = false,
    header = false, delim = chr(1), quote = '', escape = '', filename = true);

-- A counter is a whole number from 0 up, in digits; one in quotes, with a fraction or a sign is none.
create macro no_counter(type) as type is not null and type not in ('NULL', 'UBIGINT');

create table record as
select *,
    case
        when doc is null or json_type(doc) <> 'OBJECT' then 'rejected'
        when doc ->> '$.object' <> 'chat.completion' then 'out_of_scope'
        when json_type(doc, '$.created') is distinct from 'UBIGINT' then 'rejected'
        when doc ->> '$.model' is null and coalesce(json_type(doc, '$.error'), 'NULL') = 'NULL' then 'rejected'
        when no_counter(json_type(doc, '$.usage.prompt_tokens')) or no_counter(json_type(doc, '$.usage.completion_tokens'))
            or no_counter(json_type(doc, '$.usage.total_tokens'))
            or no_counter(json_type(doc, '$.usage.prompt_tokens_details.cached_tokens')) then 'rejected'
        when coalesce(cast(doc ->> '$.usage.prompt_tokens_details.cached_tokens' as bigint), 0)
            > cast(doc ->> '$.usage.prompt_tokens' as bigint) then 'rejected'
        when cast(doc ->> '$.usage.total_tokens' as bigint)
            < cast(doc ->> '$.usage.prompt_tokens' as bigint) + cast(doc ->> '$.usage.completion_tokens' as bigint) then 'rejected'
        else 'request'
    end as kind,
    coalesce(doc ->> '$.id', doc ->> '$.request_id') as id
from line;

-- A request that came before, in the order of the paths, is a duplicate.
create table request as
with once as (
    select * from record where kind = 'request'
    qualify row_number() over (partition by feed, id order by file) = 1),
fields as (
    select feed, file, make_timestamp(cast(doc ->> '$.created' as bigint) * 1000000) as occurred_at, 'together' as provider,
        doc ->> '$.model' as logged_model, doc ->> '$.metadata.tenant' as tenant, doc ->> '$.metadata.feature' as feature,
        doc ->> '$.metadata.environment' as environment, doc ->> '$.metadata.deployment' as deployment,
        doc ->> '$.metadata.operation_id' as operation_id, lower(doc ->> '$.service_tier') as logged_tier,
        coalesce(json_type(doc, '$.error'), 'NULL') <> 'NULL' as failed,
        cast(doc ->> '$.usage.prompt_tokens' as bigint) as prompt,
        cast(doc ->> '$.usage.completion_tokens' as bigint) as completion,
        cast(doc ->> '$.usage.total_tokens' as bigint) as total,
        coalesce(cast(doc ->> '$.usage.prompt_tokens_details.cached_tokens' as bigint), 0) as cached
    from once)
select feed, file, occurred_at, strftime(occurred_at, '%Y-%m') as month, date_trunc('minute', occurred_at) as minute, tenant,
    feature, environment, fields.provider, coalesce(alias.model, logged_model) as model, logged_model, operation_id, failed, weight,
    weight > 1 as sampled, coalesce(deployment_mode.mode, feed.mode) as serving_mode,
    case
        when coalesce(deployment_mode.mode, feed.mode) = 'batch' then 'batch'
        when logged_tier is null or logged_tier in ('default', 'auto', '') then 'standard'
        when logged_tier = 'fast' then 'priority'
        else logged_tier
    end as service_tier,
    -- the job file bills failed calls; what a gateway's cache answered costs nothing
    coalesce(deployment_mode.mode, feed.mode) <> 'gateway-cache' as billable,
    exists (
        from eligibility e
        where coalesce(e.tenant = fields.tenant, e.tenant is null)
            and coalesce(e.feature = fields.feature, e.feature is null)
            and coalesce(e.environment = fields.environment, e.environment is null)) as can_wait,
    coalesce(pool.pool, fields.provider || '/' || coalesce(alias.model, logged_model)) as pool,
    weight * (prompt - cached) as uncached_input,
    case when prompt is not null then weight * cached end as cached_input,
    case when prompt is not null then 0 end as cache_write_5m,
    case when prompt is not null then 0 end as cache_write_1h,
    weight * completion as output,
    case when prompt is not null then 0 end as audio_input,
    case when completion is not null then 0 end as audio_output,
    cast(null as bigint) as reasoning_tokens,
    weight * (total - coalesce(prompt, 0) - coalesce(completion, 0)) as unclassified_tokens,
    weight * prompt as input_tokens,
    weight * completion as output_tokens
from fields
join feed using (feed)
left join deployment_mode using (feed, deployment)
left join alias on alias.provider = fields.provider and alias.alias = logged_model
left join pool on pool.provider = fields.provider and pool.model = coalesce(alias.model, logged_model);

-- Billable tokens by class -----------------------------------------------------------------------------------------------------

-- When the rates or the batch policy of a model with rates change; and for a model without rates, which the job prices as all
-- others, when any rate does.
create table change as
select provider, model, unnest([valid_from, valid_to]) as changed_at from price
union
select provider, model, unnest([cast(valid_from as timestamp), cast(valid_to as timestamp)])
from policy where (provider, model) in (select (provider, model) from price)
union
select provider, model, unnest([valid_from, valid_to])
from (
    select distinct provider, model
    from request where (provider, model) not in (select (provider, model) from price)) unpriced,
    (select valid_from, valid_to from price) changing;

-- Requests between which no figure tells; first and last seen are those of all of them, with tokens of a class or without.
create table billable_request as
with sliced as (
    select *, (
        select max(changed_at) from change c
        where c.provider = r.provider and c.model = r.model and changed_at <= occurred_at) as slice
    from request r where billable)
select *, min(occurred_at) over cell as cell_first, max(occurred_at) over cell as cell_last,
    min(occurred_at) over cell_minute as cell_minute_first, max(occurred_at) over cell_minute as cell_minute_last
from sliced
window
    cell as (partition by month, tenant, feature, environment, provider, model, serving_mode, service_tier, sampled, slice),
    cell_minute as (
        partition by month, tenant, feature, environment, provider, model, serving_mode, service_tier, sampled, slice, minute);

create table token as
select month, minute, occurred_at, cell_first, cell_last, cell_minute_first, cell_minute_last, tenant, feature, environment, provider,
    model, serving_mode, service_tier, sampled, can_wait, pool, token_class, tokens,
    (select batch_tier from policy
     where policy.provider = t.provider and policy.model = t.model and occurred_at >= cast(valid_from as timestamp)
         and (valid_to is null or occurred_at < cast(valid_to as timestamp))) as batch_tier
from (
    unpivot (from billable_request)
    on uncached_input, cached_input, cache_write_5m, cache_write_1h, output, audio_input, audio_output
    into name token_class value tokens) t
where tokens > 0;

create table month as
select month, cast(date_diff('minute', first_day, first_day + interval 1 month) as hugeint) as minutes, first_day
from (select distinct month, cast(month || '-01' as timestamp) as first_day from request);

-- Dedicated: what does not fit into a minute overflows, in proportion, class by class, in whole tokens --------------------------

create table demand as
with asked as (
    select month, pool, minute, token_class, cast(sum(tokens) as hugeint) as tokens
    from token where pool in (select pool from unit join replicas using (unit))
    group by all)
select asked.*, unit, thousandths, sum(tokens * thousandths) over (partition by pool, minute) as load,
    per_minute * units as capacity
from asked join unit using (pool) join replicas using (unit) join weight using (unit, pool, token_class);

create table overflow as
select *, case when load > capacity then half_even((load - capacity) * tokens, load) else 0 end as overflow
from demand;

-- A class's overflow of a minute falls on those who had tokens in it, by largest remainder.
create table overflow_share as
with cell as (
    select month, pool, minute, token_class, tenant, feature, environment, provider, model, serving_mode, service_tier, sampled,
        can_wait, cell_minute_first, cell_minute_last, cast(sum(tokens) as hugeint) as tokens
    from token where (pool, minute) in (select (pool, minute) from overflow where overflow > 0)
    group by all),
share as (
    select cell.*, overflow.overflow, overflow.overflow * cell.tokens // overflow.tokens as part,
        overflow.overflow * cell.tokens % overflow.tokens as remainder
    from cell join overflow using (month, pool, minute, token_class)
    where overflow.overflow > 0)
select * exclude (part), part + case
        when row_number() over (
            partition by month, pool, minute, token_class
            order by remainder desc, tenant nulls first, feature nulls first, environment nulls first, provider, model,
                serving_mode, service_tier, sampled, can_wait)
            <= overflow - sum(part) over (partition by month, pool, minute, token_class) then 1
        else 0
    end as part
from share;

-- Where every token goes: the price list that pays for it, or none where capacity serves it -------------------------------------

create table served as
select month, occurred_at, cell_first as first_seen, cell_last as last_seen, tenant, feature, environment, provider, model, sampled,
    pool, token_class, cast(tokens as hugeint) as tokens, scenario,
    case scenario
        when 'serverless' then 'standard'
        when 'batch' then case when can_wait then coalesce(batch_tier, 'standard') else 'standard' end
        when 'dedicated' then case when pool in (from (select pool from unit join replicas using (unit))) then null else 'standard' end
        when 'as-run' then case
            when serving_mode in ('dedicated', 'provisioned', 'self-hosted') then null
            when serving_mode = 'batch' then coalesce(batch_tier, 'batch')
            else service_tier end
    end as tier
from token cross join (values ('serverless'), ('batch'), ('dedicated'), ('as-run')) s (scenario)
union all
select month, minute, cell_minute_first, cell_minute_last, tenant, feature, environment, provider, model, sampled, pool, token_class,
    part, 'dedicated', 'standard'
from overflow_share where part > 0
union all
select month, minute, cell_minute_first, cell_minute_last, tenant, feature, environment, provider, model, sampled, pool, token_class,
    -part, 'dedicated', null
from overflow_share where part > 0;

-- What capacity costs, used and idle ------------------------------------------------------------------------------------------------

create table plan as
select month, pool, unit, units, per_minute, minutes, minutes * per_minute * units as capacity,
    greatest(cast(price * units * minutes as decimal(38, 12)), coalesce(cast(minimum_monthly as decimal(38, 12)), 0)) as cost,
    coalesce((select sum(tokens * thousandths) from overflow o where (o.month, o.pool) = (month.month, unit.pool)), 0) as demanded,
    coalesce((select sum(overflow * thousandths) from overflow o where (o.month, o.pool) = (month.month, unit.pool)), 0) as above,
    coalesce((select sum(overflow) from overflow o where (o.month, o.pool) = (month.month, unit.pool)), 0) as overflow_tokens
from month cross join unit join replicas using (unit);

create table charge as
with capacity as (
    select 'dedicated' as scenario, month, pool, unit, cost, demanded - above as served, capacity from plan
    union all
    select 'as-run', month, pool, unit,
        greatest(cast(price * units * minutes as decimal(38, 12)), coalesce(cast(minimum_monthly as decimal(38, 12)), 0)),
        coalesce((
            select sum(tokens * thousandths) from served s join weight w using (pool, token_class)
            where s.scenario = 'as-run' and s.tier is null and s.month = c.month and s.pool = c.pool), 0),
        minutes * per_minute * units
    from (
        select month, commitment.pool, unit, units, price, minimum_monthly, per_minute, cast(date_diff('minute',
            greatest(first_day, valid_from), least(first_day + interval 1 month, valid_to)) as hugeint) as minutes
        from month cross join commitment join unit using (unit)) c
    where minutes > 0)
select scenario, month, pool, unit, cost, case when served >= capacity then digits(cost)
    else half_even(digits(cost) * served, capacity) end as used
from capacity;

-- Costs, to the tenant and model ----------------------------------------------------------------------------------------------------

create table fact as
select s.*, cast(s.tokens as decimal(18, 0)) * coalesce(own.per_token, as_input.per_token) as cost,
    coalesce(own.line, as_input.line) as price_line,
    case when s.tier is null and charge.used is not null then s.tokens * thousandths end as weighted
from served s
left join price own
    on (own.provider, own.model, own.tier, own.token_class) = (s.provider, s.model, s.tier, s.token_class)
    and s.occurred_at >= own.valid_from and s.occurred_at < own.valid_to
-- cached tokens without a price of their own bill as input
left join price as_input
    on s.token_class = 'cached_input' and as_input.token_class = 'uncached_input'
    and (as_input.provider, as_input.model, as_input.tier) = (s.provider, s.model, s.tier)
    and s.occurred_at >= as_input.valid_from and s.occurred_at < as_input.valid_to
left join charge on (charge.scenario, charge.month, charge.pool) = (s.scenario, s.month, s.pool)
left join weight w on w.unit = charge.unit and w.token_class = s.token_class;

create table cost as
with row as (
    select scenario, month, pool, tenant, feature, environment, provider, model,
        sum(case when cost is not null or weighted is not null then tokens else 0 end) as priced_tokens,
        sum(case when cost is null and weighted is null then tokens else 0 end) as unpriced_tokens,
        sum(case when weighted is not null then tokens else 0 end) as capacity_tokens,
        sum(weighted) as weighted, max(sampled) as sampled,
        sum(cost) filter (token_class = 'uncached_input') as uncached_input_cost,
        sum(cost) filter (token_class = 'cached_input') as cached_input_cost,
        sum(cost) filter (token_class = 'cache_write_5m') as cache_write_5m_cost,
        sum(cost) filter (token_class = 'cache_write_1h') as cache_write_1h_cost,
        sum(cost) filter (token_class = 'output') as output_cost,
        sum(cost) filter (token_class = 'audio_input') as audio_input_cost,
        sum(cost) filter (token_class = 'audio_output') as audio_output_cost,
        coalesce(sum(cost), 0) as token_cost
    from fact
    group by all),
total as (
    select scenario, month, pool, sum(weighted) as weighted from row where weighted > 0 group by all),
share as (
    select row.*, used, used * row.weighted // total.weighted as part, used * row.weighted % total.weighted as remainder
    from row join charge using (scenario, month, pool) join total using (scenario, month, pool)
    where row.weighted > 0),
shared as (
    select *, money(part + case
            when row_number() over (
                partition by scenario, month, pool
                order by remainder desc, tenant nulls first, feature nulls first, environment nulls first, provider, model)
                <= used - sum(part) over (partition by scenario, month, pool) then 1
            else 0
        end) as capacity_cost
    from share)
select 'usage' as row_kind, * exclude (used, part, remainder) from shared
union all by name
select 'usage' as row_kind, *, cast(0 as decimal(38, 12)) as capacity_cost from row where coalesce(weighted, 0) <= 0
union all by name
-- idle capacity is as sampled as what is used of its pool
select 'idle' as row_kind, scenario, month, pool, 0 as priced_tokens, 0 as unpriced_tokens, 0 as capacity_tokens,
    coalesce((select max(row.sampled) from row where row.month = charge.month and row.pool = charge.pool), false) as sampled,
    cast(0 as decimal(38, 12)) as token_cost, money(digits(cost) - used) as capacity_cost
from charge;

-- The report tables, column by column -------------------------------------------------------------------------------------------------

create table usage as
select month, tenant, feature, environment, provider, model, serving_mode, service_tier, cast(sum(weight) as bigint) as requests,
    cast(sum(case when failed then weight else 0 end) as bigint) as failed_requests,
    cast(sum(uncached_input) as bigint) as uncached_input, cast(sum(cached_input) as bigint) as cached_input,
    cast(sum(cache_write_5m) as bigint) as cache_write_5m, cast(sum(cache_write_1h) as bigint) as cache_write_1h,
    cast(sum(audio_input) as bigint) as audio_input, cast(sum(output) as bigint) as output,
    cast(sum(audio_output) as bigint) as audio_output, cast(sum(reasoning_tokens) as bigint) as reasoning_tokens,
    cast(sum(unclassified_tokens) as bigint) as unclassified_tokens, cast(sum(input_tokens) as bigint) as input_tokens,
    cast(sum(output_tokens) as bigint) as output_tokens, max(sampled) as sampled
from request
group by all;

create table scenario_costs as
select month, scenario, case scenario when 'dedicated' then 'given' end as variant, row_kind, tenant, feature, environment, provider,
    model, pool,
    -- idle capacity served no tokens at all, which is not 0 of them
    case row_kind when 'usage' then cast(cost.priced_tokens as bigint) end as priced_tokens,
    case row_kind when 'usage' then cast(cost.unpriced_tokens as bigint) end as unpriced_tokens,
    uncached_input_cost, cached_input_cost, cache_write_5m_cost, cache_write_1h_cost, audio_input_cost, output_cost,
    audio_output_cost, capacity_cost, cast(0 as decimal(38, 12)) as fee_cost,
    case when cost.unpriced_tokens = 0 then cast(token_cost + capacity_cost as decimal(38, 12)) end as total_cost,
    cast(token_cost + capacity_cost as decimal(38, 12)) as priced_cost, sampled, 'USD' as currency
from cost;

create macro scenario_cost(scenario, name, priced_cost, unpriced_tokens) as
    case when coalesce(sum(unpriced_tokens) filter (scenario = name), 0) = 0
        then coalesce(sum(priced_cost) filter (scenario = name), cast(0 as decimal(38, 12))) end;

create table monthly_costs as
with operations as (
    select month, tenant, provider, model, sum(operations) as operations
    from (
        select month, tenant, provider, model, weight, count(distinct operation_id) * weight as operations
        from request where operation_id is not null
        group by month, tenant, provider, model, weight
        union all
        select month, tenant, provider, model, weight, sum(weight) from request where operation_id is null group by all)
    group by all),
used as (
    select month, tenant, provider, model, 'usage' as row_kind, sum(weight) as requests, sum(input_tokens) as input_tokens,
        sum(output_tokens) as output_tokens, max(sampled) as sampled
    from request group by all),
paid as (
    select month, tenant, provider, model, row_kind,
        scenario_cost(scenario, 'serverless', priced_cost, unpriced_tokens) as serverless_cost,
        scenario_cost(scenario, 'batch', priced_cost, unpriced_tokens) as batch_cost,
        scenario_cost(scenario, 'dedicated', priced_cost, unpriced_tokens) as dedicated_cost,
        scenario_cost(scenario, 'as-run', priced_cost, unpriced_tokens) as as_run_cost, max(sampled) as sampled
    from scenario_costs group by all),
priced as (
    select used.*, operations, paid.month is null as free, serverless_cost, batch_cost, dedicated_cost, as_run_cost
    from used
    left join operations using (month, tenant, provider, model)
    left join paid using (month, tenant, provider, model, row_kind)
    union all by name
    select *, false as free from paid where row_kind = 'idle')
select month, tenant, provider, model, row_kind, cast(requests as bigint) as requests, cast(operations as bigint) as operations,
    cast(input_tokens as bigint) as input_tokens, cast(output_tokens as bigint) as output_tokens,
    -- nothing billable costs 0; null is for tokens without a price
    case when free then cast(0 as decimal(38, 12)) else serverless_cost end as serverless_cost,
    case when free then cast(0 as decimal(38, 12)) else batch_cost end as batch_cost,
    case when free then cast(0 as decimal(38, 12)) else dedicated_cost end as dedicated_cost,
    case when free then cast(0 as decimal(38, 12)) else as_run_cost end as as_run_cost, sampled
from priced;

create table pool_cost as
select month, pool, scenario, sum(priced_tokens) as priced_tokens, sum(unpriced_tokens) as unpriced_tokens,
    sum(capacity_tokens) as capacity_tokens, sum(token_cost) as token_cost, sum(capacity_cost) as capacity_cost,
    sum(token_cost) + sum(capacity_cost) as priced_cost,
    coalesce(sum(capacity_cost) filter (row_kind = 'idle'), 0) as idle_cost,
    case when sum(unpriced_tokens) = 0 then sum(token_cost) + sum(capacity_cost) end as total_cost, max(sampled) as sampled
from cost group by all;

create table scenario_comparison as
with verdict as (
    select *,
        case
            when scenario = 'dedicated' and pool not in (select pool from plan) then 'no capacity unit for this pool'
            when unpriced_tokens > 0 then unpriced_tokens || ' tokens are unpriced'
        end as why_not,
        max(total_cost - sunk) filter (scenario = 'serverless') over (partition by month, pool) as serverless,
        max(total_cost - sunk) filter (scenario = 'as-run') over (partition by month, pool) as as_run,
        list_position(['serverless', 'batch', 'dedicated', 'best-mix', 'as-run'], scenario) as place
    from (
        -- the commitments are owed in any case, so nothing is decided by them
        select pool_cost.*, case when scenario in ('dedicated', 'as-run') then coalesce((
            select sum(charge.cost) from charge
            where (charge.scenario, charge.month, charge.pool) = ('as-run', pool_cost.month, pool_cost.pool)), 0) else 0 end as sunk
        from pool_cost))
select month, pool, scenario, case scenario when 'dedicated' then 'given' end as variant,
    cast(total_cost as decimal(38, 12)) as total_cost, cast(idle_cost as decimal(38, 12)) as idle_cost,
    cast(sunk as decimal(38, 12)) as sunk_cost,
    cast(serverless - (total_cost - sunk) as decimal(38, 12)) as saving_against_serverless,
    cast(as_run - (total_cost - sunk) as decimal(38, 12)) as saving_against_as_run, why_not is null as feasible, why_not,
    case when priced_tokens + unpriced_tokens > 0
        then money(half_even(digits(total_cost) * 1000000, cast(priced_tokens + unpriced_tokens as hugeint))) end
        as blended_cost_per_million,
    case when capacity_tokens > 0 then money(half_even(digits(capacity_cost) * 1000000, cast(capacity_tokens as hugeint))) end
        as capacity_cost_per_million,
    why_not is null and place = first_value(place) over (
        partition by month, pool order by why_not is null desc, total_cost - sunk, place)
        -- the mix is computed elsewhere, but competes here
        and not exists (
            select 1 from best_mix
            where (best_mix.month, best_mix.pool) = (verdict.month, verdict.pool)
                and (best_mix.avoidable < total_cost - sunk or (best_mix.avoidable = total_cost - sunk and place > 4)))
        as cheapest,
    cast(priced_cost as decimal(38, 12)) as priced_cost, cast(unpriced_tokens as bigint) as unpriced_tokens, sampled, 'USD' as currency
from verdict;

create table capacity_plan as
with minute_load as (
    select distinct month, pool, minute, load from demand),
-- minutes without demand come first
ranked as (
    select month, pool, load, row_number() over (partition by month, pool order by load)
        + minutes - count(*) over (partition by month, pool) as rank, minutes
    from minute_load join month using (month)),
quantile as (
    select month, pool, coalesce(max(load) filter (rank = minutes), 0) as peak,
        coalesce(max(load) filter (rank = (minutes * 99 + 99) // 100), 0) as p99
    from ranked group by all),
value as (
    select plan.*, dedicated.token_cost, dedicated.idle_cost, dedicated.sampled,
        digits(serverless.total_cost - dedicated.token_cost) as served_value, demanded - above as served
    from plan
    join pool_cost dedicated on (dedicated.month, dedicated.pool, dedicated.scenario) = (plan.month, plan.pool, 'dedicated')
    join pool_cost serverless on (serverless.month, serverless.pool, serverless.scenario) = (plan.month, plan.pool, 'serverless'))
select month, pool, 'dedicated' as scenario, 'given' as variant, unit, cast(units as bigint) as units, cast(price as decimal(38, 12)) as unit_price, price_per,
    units(half_even(peak * 1000000, value.per_minute)) as peak_units, units(half_even(p99 * 1000000, value.per_minute)) as p99_units,
    units(half_even(demanded * 1000000, value.per_minute * minutes)) as mean_units,
    units(half_even(served * 1000000, capacity)) as utilisation, units(half_even(served * 1000000, demanded)) as coverage,
    cast(overflow_tokens as bigint) as overflow_tokens, cast(token_cost as decimal(38, 12)) as overflow_cost, cost as capacity_cost,
    cast(idle_cost as decimal(38, 12)) as idle_cost,
    -- the utilisation at which the units cost what their tokens would cost serverless
    units(half_even(digits(cost) * served * 1000000, served_value * capacity)) as break_even_load,
    money(half_even(served_value, minutes * units)) as break_even_unit_price, 'not assessed' as slo,
    'given' as chosen_on,
    -- what the commitments of the pool cost anyway
    (select cast(sum(charge.cost) as decimal(38, 12)) from charge
        where (charge.scenario, charge.month, charge.pool) = ('as-run', value.month, value.pool)) as sunk_cost,
    sampled, throughput_source,
    price_source, currency
from value join quantile using (month, pool) join unit using (unit, pool);

create table rates_applied as
select month, scenario, case scenario when 'dedicated' then 'given' end as variant, fact.provider, fact.model,
    -- a tier has its own rates, or those of the standard tier where the policy says so
    fact.tier as price_tier, fact.token_class, price.token_class as rate_token_class, price.tier as rate_tier,
    cast(0 as bigint) as band_above, 'all_input' as band_counts, cast(null as varchar) as hours_of_week,
    cast(0 as bigint) as volume_tokens_above, cast(null as varchar) as contract,
    cast(null as decimal(10, 6)) as percent_of_list, cast(null as decimal(38, 12)) as exchange_rate, price.valid_from, nullif(price.valid_to, timestamp '9999-01-01') as valid_to,
    per_million as price_per_million, currency, cast(sum(tokens) as bigint) as quantity, cast(sum(cost) as decimal(38, 12)) as cost, source,
    retrieved_at, date_diff('day', retrieved_at, cast(first_day + interval 1 month as date)) as age_days,
    '../sample-data/rates.csv:' || line as rate_table_line
from fact join price on line = price_line join month using (month)
group by all;

-- The times are left out here: see unpriced_times.
create table unpriced_usage as
select month, scenario, case scenario when 'dedicated' then 'given' end as variant, provider, model, tier as price_tier,
    token_class, cast(sum(tokens) as bigint) as quantity
from fact where cost is null and weighted is null
group by all;

create table unpriced_times as
select month, scenario, provider, model, tier as price_tier, token_class, min(first_seen) as first_seen,
    max(last_seen) as last_seen
from fact where cost is null and weighted is null
group by all;

-- The reasons are the job's own words and left out. A rejected line belongs to the month of most of its file's requests.
create table rejected_records as
with placed as (
    select *, coalesce(sum(strlen(text) + 1) over (
        partition by file order by number rows between unbounded preceding and 1 preceding), 0) as byte_offset
    from line),
file_month as (
    select file, arg_max(month, requests) as month
    from (
        select file, strftime(make_timestamp(cast(doc ->> '$.created' as bigint) * 1000000), '%Y-%m') as month, count(*) as requests
        from record where kind = 'request' group by all)
    group by file)
select month, feed, 'file:' || getvariable('sample_data') || '/' || file as file, cast(byte_offset as bigint) as byte_offset,
    sha256(placed.text) as line_sha256
from placed join record using (number, feed, file) join file_month using (file)
where kind = 'rejected';
