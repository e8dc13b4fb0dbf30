#include "tools/arenactl/models/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "arena/v1/matchmaker_service.grpc.pb.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/config/settings.h"
#include "tools/arenactl/client.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/models/directory.h"
#include "tools/arenactl/models/models_file.h"

namespace arena::arenactl {
namespace {

constexpr char kApplyHelp[] =
    R"(FILE is YAML. `name` is required, and of an endpoint `protocol` and `url`; an unknown key is an error:

  models:
    - name: juniper-large            # for ever; 1 to 64 of A-Z a-z 0-9 . _ -
      display_name: Juniper Large    # default: the name
      provider: Demogrove            # who serves it
      organization: Northwood        # who made it
      license: Apache-2.0
      family: juniper
      variant_of: juniper-base       # the name of another model
      state: active                  # draft (default), anonymous_only, active, retired
      capabilities: [text]           # text, vision, tools, long_context
      endpoints:                     # tried in this order
        - protocol: openai
          url: http://127.0.0.1:50061/v1
          model: juniper-large       # the provider's name of it; default: the name
          api_key_env: JUNIPER_KEY   # variable of model-gateway that holds the key
          first_token_timeout_ms: 30000
          total_timeout_ms: 300000
          max_tokens: 4096

${NAME} in a value stands for the environment variable NAME. Models that the file does not name
stay as they are; applying a file twice changes nothing.

Example:  arenactl models apply tools/demo-models/models.yaml --reason "first models")";

struct ApplyOptions {
  std::string file;
  std::string reason;
  std::string matchmaker;
};

struct ListOptions {
  bool all = false;
  bool json = false;
  std::string matchmaker;
};

absl::Status RunApply(const ApplyOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(options.file));
  ARENA_ASSIGN_OR_RETURN(v1::ApplyModelsRequest request,
                         ParseModelsFile(options.file, text, config::ProcessEnvironment()));
  request.set_reason(options.reason);
  ARENA_ASSIGN_OR_RETURN(const Remote matchmaker, Remote::Make(kMatchmaker, options.matchmaker));
  ARENA_ASSIGN_OR_RETURN(const v1::ApplyModelsResponse response, ApplyModels(matchmaker, request));
  fmt::print("{} added, {} changed, {} unchanged.\n", response.added_count(),
             response.changed_count(), response.unchanged_count());
  return absl::OkStatus();
}

// What anyone may see: active models, and retired ones.
absl::StatusOr<std::vector<v1::Model>> ListPublicModels(const Remote& matchmaker) {
  v1::MatchmakerService::Stub stub(matchmaker.channel());
  v1::ListModelsRequest request;
  request.set_page_size(limits::kMaxPageModels);
  request.set_include_retired(true);
  std::vector<v1::Model> models;
  do {
    v1::ListModelsResponse response;
    ARENA_RETURN_IF_ERROR(
        CallOnce(matchmaker, stub, &v1::MatchmakerService::Stub::ListModels, request, response));
    models.insert(models.end(), response.models().begin(), response.models().end());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return models;
}

absl::StatusOr<std::vector<v1::Model>> ListModels(const Remote& matchmaker, bool all) {
  if (!all) return ListPublicModels(matchmaker);
  ARENA_ASSIGN_OR_RETURN(const std::vector<v1::ModelRecord> records, ListEveryModel(matchmaker));
  std::vector<v1::Model> models;
  for (const v1::ModelRecord& record : records) models.push_back(record.model());
  return models;
}

// "MODEL_STATE_ANONYMOUS_ONLY" is "anonymous_only" in files and on the screen.
std::string StateName(v1::ModelState state) {
  std::string name = v1::ModelState_Name(state).substr(sizeof("MODEL_STATE_") - 1);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

void PrintTable(const std::vector<v1::Model>& models) {
  size_t width = 5;
  for (const v1::Model& model : models) width = std::max(width, model.name().size());
  fmt::print("{:<{}}  {:<14}  {:<20}  {}\n", "MODEL", width, "STATE", "ORGANIZATION", "LICENSE");
  for (const v1::Model& model : models) {
    fmt::print("{:<{}}  {:<14}  {:<20}  {}\n", model.name(), width, StateName(model.state()),
               model.organization(), model.license());
  }
}

void PrintJson(const std::vector<v1::Model>& models) {
  for (const v1::Model& model : models) {
    const nlohmann::ordered_json line = {{"name", model.name()},
                                         {"display_name", model.display_name()},
                                         {"provider", model.provider()},
                                         {"organization", model.organization()},
                                         {"license", model.license()},
                                         {"family", model.family()},
                                         {"variant_of", model.variant_of()},
                                         {"state", StateName(model.state())}};
    fmt::print("{}\n", line.dump());
  }
}

absl::Status RunList(const ListOptions& options) {
  ARENA_ASSIGN_OR_RETURN(const Remote matchmaker, Remote::Make(kMatchmaker, options.matchmaker));
  ARENA_ASSIGN_OR_RETURN(const std::vector<v1::Model> models, ListModels(matchmaker, options.all));
  if (options.json) {
    PrintJson(models);
  } else {
    PrintTable(models);
  }
  return absl::OkStatus();
}

}  // namespace

void AddModelsCommand(CLI::App& app) {
  CLI::App* models = app.add_subcommand("models", "The models that battle");
  models->require_subcommand(1);

  auto apply_options = std::make_shared<ApplyOptions>();
  CLI::App* apply = models->add_subcommand("apply", "Adds and changes models as a file says");
  apply->add_option("FILE", apply_options->file, "The models, as YAML; - is standard input")
      ->required()
      ->type_name("");
  apply->add_option("--reason", apply_options->reason, "Why, for the history of states");
  AddAddressFlag(*apply, kMatchmaker, apply_options->matchmaker);
  apply->footer(kApplyHelp);
  OnRun(*apply, [apply_options] { return RunApply(*apply_options); });

  auto list_options = std::make_shared<ListOptions>();
  CLI::App* list = models->add_subcommand("list", "Lists active and retired models, by name");
  list->add_flag("--all", list_options->all,
                 "Lists drafts and anonymous-only models too (needs an operator's key)");
  list->add_flag("--json", list_options->json, "One JSON object a line instead of a table");
  AddAddressFlag(*list, kMatchmaker, list_options->matchmaker);
  OnRun(*list, [list_options] { return RunList(*list_options); });
}

}  // namespace arena::arenactl
