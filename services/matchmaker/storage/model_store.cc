#include "services/matchmaker/storage/model_store.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/postgres/array_literal.h"
#include "services/matchmaker/storage/capability_list.h"

namespace arena::matchmaker {
namespace {

constexpr char kReadModels[] = R"(
    select id, name, display_name, provider, organization, license, family, variant_of,
           array_to_string(capabilities, ','), state,
           (extract(epoch from state_time) * 1000000)::bigint, state_reason
    from arena.current_models)";

// Applies compare with what is stored, so they take turns; "model" in ASCII.
constexpr char kTakeTurn[] = "select pg_advisory_xact_lock(470020285804)";

constexpr char kAddModels[] = R"(
    insert into arena.models (name, display_name, provider, organization, license, family,
                              variant_of, capabilities)
    select name, display_name, provider, organization, license, family, variant_of,
           string_to_array(capabilities, ',')::smallint[]
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                $8::text[])
         as m (name, display_name, provider, organization, license, family, variant_of, capabilities))";

constexpr char kRedescribeModels[] = R"(
    update arena.models
    set display_name = m.display_name, provider = m.provider, organization = m.organization,
        license = m.license, family = m.family, variant_of = m.variant_of,
        capabilities = string_to_array(m.capabilities, ',')::smallint[]
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                $8::text[])
         as m (name, display_name, provider, organization, license, family, variant_of, capabilities)
    where models.name = m.name)";

constexpr char kAddStates[] = R"(
    insert into arena.model_states (model_id, state, reason)
    select models.id, s.state, $3
    from unnest($1::text[], $2::smallint[]) with ordinality as s (name, state, n)
    join arena.models on models.name = s.name
    order by s.n)";

constexpr char kAddEndpoints[] = R"(
    insert into arena.model_endpoints (model_id, revision, ordinal, protocol, url, remote_model,
                                       api_key_env, first_token_timeout_ms, total_timeout_ms,
                                       max_tokens)
    select models.id, $1, e.ordinal, e.protocol, e.url, e.remote_model, e.api_key_env,
           e.first_token_timeout_ms, e.total_timeout_ms, e.max_tokens
    from unnest($2::text[], $3::smallint[], $4::smallint[], $5::text[], $6::text[], $7::text[],
                $8::integer[], $9::integer[], $10::integer[])
         as e (name, ordinal, protocol, url, remote_model, api_key_env, first_token_timeout_ms,
               total_timeout_ms, max_tokens)
    join arena.models on models.name = e.name)";

Model ModelOf(const pqxx::row& row) {
  Model model{.id = ModelId{row[0].as<int>()},
              .description = {.name = row[1].as<std::string>(),
                              .display_name = row[2].as<std::string>(),
                              .provider = row[3].as<std::string>(),
                              .organization = row[4].as<std::string>(),
                              .license = row[5].as<std::string>(),
                              .family = row[6].as<std::string>(),
                              .variant_of = row[7].as<std::string>()},
              .state = static_cast<ModelState>(row[9].as<int>()),
              .state_time = absl::FromUnixMicros(row[10].as<int64_t>()),
              .state_reason = row[11].as<std::string>()};
  model.description.capabilities = SplitCapabilities(row[8].as<std::string>());
  return model;
}

std::vector<Model> ReadModels(pqxx::transaction_base& transaction) {
  std::vector<Model> models;
  for (const auto& row : transaction.exec(kReadModels)) models.push_back(ModelOf(row));
  return models;
}

void WriteDescriptions(pqxx::work& work, const char* statement,
                       const std::vector<const ModelSpec*>& specs) {
  if (specs.empty()) return;
  ArrayLiteral names, display_names, providers, organizations, licenses, families, variants, sets;
  for (const ModelSpec* spec : specs) {
    const ModelDescription& model = spec->description;
    names.Add(model.name);
    display_names.Add(model.display_name);
    providers.Add(model.provider);
    organizations.Add(model.organization);
    licenses.Add(model.license);
    families.Add(model.family);
    variants.Add(model.variant_of);
    sets.Add(JoinCapabilities(model.capabilities));
  }
  work.exec_params(statement, names.Finish(), display_names.Finish(), providers.Finish(),
                   organizations.Finish(), licenses.Finish(), families.Finish(), variants.Finish(),
                   sets.Finish());
}

void WriteStates(pqxx::work& work, const ApplyPlan& plan, const std::string& reason) {
  if (plan.states.empty()) return;
  ArrayLiteral names, states;
  for (const auto& [name, state] : plan.states) {
    names.Add(name);
    states.Add(static_cast<int>(state));
  }
  work.exec_params(kAddStates, names.Finish(), states.Finish(), reason);
}

void WriteEndpoints(pqxx::work& work, const ApplyPlan& plan) {
  if (plan.served.empty()) return;
  const auto revision =
      work.exec1("select nextval('arena.model_endpoint_revisions')")[0].as<int64_t>();
  ArrayLiteral names, ordinals, protocols, urls, remote_models, key_names, first_tokens, totals,
      max_tokens;
  for (const ModelSpec* spec : plan.served) {
    int ordinal = 0;
    for (const Endpoint& endpoint : spec->endpoints) {
      names.Add(spec->name());
      ordinals.Add(++ordinal);
      protocols.Add(endpoint.protocol);
      urls.Add(endpoint.url);
      remote_models.Add(endpoint.remote_model);
      key_names.Add(endpoint.api_key_env);
      first_tokens.Add(endpoint.first_token_timeout_ms);
      totals.Add(endpoint.total_timeout_ms);
      max_tokens.Add(endpoint.max_tokens);
    }
  }
  work.exec_params(kAddEndpoints, revision, names.Finish(), ordinals.Finish(), protocols.Finish(),
                   urls.Finish(), remote_models.Finish(), key_names.Finish(), first_tokens.Finish(),
                   totals.Finish(), max_tokens.Finish());
}

}  // namespace

absl::StatusOr<std::vector<Model>> ModelStore::ReadAll() {
  std::vector<Model> models;
  ARENA_RETURN_IF_ERROR(database_.Run([&](pqxx::nontransaction& session) -> absl::Status {
    models = ReadModels(session);
    return absl::OkStatus();
  }));
  return models;
}

absl::StatusOr<ApplyCounts> ModelStore::Apply(std::span<const ModelSpec> specs,
                                              const std::string& reason) {
  ApplyCounts counts;
  ARENA_RETURN_IF_ERROR(database_.Transact([&](pqxx::work& work) -> absl::Status {
    work.exec(kTakeTurn);
    ARENA_ASSIGN_OR_RETURN(const ApplyPlan plan, PlanApply(specs, ReadModels(work)));
    WriteDescriptions(work, kAddModels, plan.added);
    WriteDescriptions(work, kRedescribeModels, plan.redescribed);
    WriteStates(work, plan, reason);
    WriteEndpoints(work, plan);
    counts = {.added = static_cast<int>(plan.added.size()),
              .changed = plan.changed_count,
              .unchanged = plan.unchanged_count};
    return absl::OkStatus();
  }));
  return counts;
}

}  // namespace arena::matchmaker
