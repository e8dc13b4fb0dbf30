#include "services/matchmaker/rpc/convert.h"

#include <fmt/format.h>

#include <utility>

#include "common/base/errors.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/matchmaker/core/errors.h"

namespace arena::matchmaker {
namespace {

google::protobuf::Timestamp ToProto(absl::Time time) {
  const absl::Duration since_epoch = time - absl::UnixEpoch();
  google::protobuf::Timestamp proto;
  proto.set_seconds(absl::ToInt64Seconds(since_epoch));
  proto.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(since_epoch - absl::Seconds(proto.seconds()))));
  return proto;
}

ModelDescription DescriptionOf(const v1::Model& model) {
  ModelDescription description{.name = model.name(),
                               .display_name = model.display_name(),
                               .provider = model.provider(),
                               .organization = model.organization(),
                               .license = model.license(),
                               .family = model.family(),
                               .variant_of = model.variant_of()};
  for (const int capability : model.capabilities()) {
    description.capabilities.Add(static_cast<Capability>(capability));
  }
  return description;
}

Endpoint EndpointOf(const v1::ModelEndpoint& endpoint) {
  return {.protocol = endpoint.protocol(),
          .url = endpoint.url(),
          .remote_model = endpoint.remote_model(),
          .api_key_env = endpoint.api_key_env(),
          .first_token_timeout_ms = endpoint.first_token_timeout_ms(),
          .total_timeout_ms = endpoint.total_timeout_ms(),
          .max_tokens = endpoint.max_tokens()};
}

absl::StatusOr<ModelSpec> SpecOf(const v1::ModelSpec& proto) {
  const v1::Model& model = proto.model();
  for (const int capability : model.capabilities()) {
    if (!IsCapability(capability)) {
      return ModelInvalid(model.name(), "capabilities must be known ones");
    }
  }
  if (!v1::ModelState_IsValid(model.state())) {
    return ModelInvalid(model.name(), "state must be a known one");
  }
  ModelSpec spec{.description = DescriptionOf(model)};
  if (model.state() != v1::MODEL_STATE_UNSPECIFIED) {
    spec.state = static_cast<ModelState>(model.state());
  }
  for (const v1::ModelEndpoint& endpoint : proto.endpoints()) {
    spec.endpoints.push_back(EndpointOf(endpoint));
  }
  FillDefaults(spec);
  return spec;
}

}  // namespace

absl::StatusOr<BattleOrder> OrderOf(const v1::CreateBattleRequest& request,
                                    const std::string& frontend, const rpc::Voter& voter,
                                    absl::Time now) {
  BattleOrder order{.frontend = frontend, .voter = voter.pseudonym, .voter_address = voter.address};
  ARENA_ASSIGN_OR_RETURN(order.request_id, RequestId::Parse(request.request_id(), now));
  if (!v1::BattleMode_IsValid(request.mode()) || request.mode() == v1::BATTLE_MODE_UNSPECIFIED) {
    return FieldInvalid("mode", "one of the modes of a battle");
  }
  order.mode = static_cast<BattleMode>(request.mode());
  for (const int capability : request.required_capabilities()) {
    if (!IsCapability(capability)) {
      return FieldInvalid("required_capabilities", "known capabilities");
    }
    order.required.Add(static_cast<Capability>(capability));
  }
  order.model_names.assign(request.model_names().begin(), request.model_names().end());
  ARENA_RETURN_IF_ERROR(CheckOrder(order));
  return order;
}

absl::StatusOr<std::vector<ModelSpec>> SpecsOf(const v1::ApplyModelsRequest& request) {
  ARENA_RETURN_IF_ERROR(CheckRange("kModelsPerApply", "models", request.models_size(), 1,
                                   limits::kModelsPerApply, "models"));
  if (request.reason().size() > limits::kReasonBytes) {
    return BeyondLimit("kReasonBytes", FieldInvalid("reason", fmt::format("at most {} bytes",
                                                                          limits::kReasonBytes)));
  }
  // PostgreSQL keeps no NUL in a text.
  if (request.reason().find('\0') != std::string::npos)
    return FieldInvalid("reason", "without NUL");
  std::vector<ModelSpec> specs;
  for (const v1::ModelSpec& proto : request.models()) {
    ARENA_ASSIGN_OR_RETURN(ModelSpec spec, SpecOf(proto));
    specs.push_back(std::move(spec));
  }
  ARENA_RETURN_IF_ERROR(CheckSpecs(specs));
  return specs;
}

v1::Battle ToProto(const StoredBattle& battle, absl::Time now) {
  v1::Battle proto;
  proto.set_battle_id(battle.id.ToString());
  proto.set_mode(static_cast<v1::BattleMode>(battle.mode));
  proto.set_state(static_cast<v1::BattleState>(StateOf(battle, now)));
  proto.set_turn_count(battle.last_turn.has_value() ? battle.last_turn->turn : 0);
  *proto.mutable_create_time() = ToProto(battle.create_time);
  *proto.mutable_expire_time() = ToProto(battle.expire_time);
  if (MayShowNames(battle)) {
    proto.mutable_models()->set_left(battle.left_name);
    proto.mutable_models()->set_right(battle.right_name);
  }
  for (const BattleVote& vote : battle.votes) {
    v1::BattleVote& added = *proto.add_votes();
    added.set_turn(vote.turn);
    added.set_choice(static_cast<v1::Choice>(vote.choice));
    added.set_position(vote.position);
  }
  return proto;
}

v1::Model ToProto(const Model& model) {
  const ModelDescription& description = model.description;
  v1::Model proto;
  proto.set_name(description.name);
  proto.set_display_name(description.display_name);
  proto.set_provider(description.provider);
  proto.set_organization(description.organization);
  proto.set_license(description.license);
  proto.set_family(description.family);
  proto.set_variant_of(description.variant_of);
  proto.set_state(static_cast<v1::ModelState>(model.state));
  proto.add_capabilities(v1::CAPABILITY_TEXT);
  for (const Capability capability : description.capabilities.BeyondText()) {
    proto.add_capabilities(static_cast<v1::Capability>(capability));
  }
  return proto;
}

v1::ModelRecord ToRecord(const Model& model) {
  v1::ModelRecord record;
  *record.mutable_model() = ToProto(model);
  *record.mutable_state_time() = ToProto(model.state_time);
  record.set_state_reason(model.state_reason);
  return record;
}

}  // namespace arena::matchmaker
