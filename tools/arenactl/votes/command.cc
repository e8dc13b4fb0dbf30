#include "tools/arenactl/votes/command.h"

#include <memory>

#include "tools/arenactl/client.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/votes/export.h"
#include "tools/arenactl/votes/import.h"

namespace arena::arenactl {
namespace {

constexpr char kImportHelp[] =
    R"(FILE holds votes in one of two forms:

  JSON lines, one vote a line, in the order in which they were cast:
    {"model_a":"vicuna-13b","model_b":"llama-13b","winner":"model_a"}
    model_a stands on the left; winner is left, right, tie or both_bad (or model_a, model_b,
    tie (bothbad)); optional are voter and language (ISO 639-1). Other keys are ignored; the log
    gives each vote the time of the import.

  Pair counts, one JSON object:
    {"models":["a","b"],"X":[[0,1]],"Y":[[10,7,3]]}
    Y has for each pair of X [wins of the first, wins of the second, ties], or a fourth number, both
    bad. Each count becomes that many votes, shuffled, on sides that a coin decides (--seed).

The whole file is checked first; a bad line is named and nothing is imported. A vote's identity is
its source and its number in the file, so the same import again appends nothing, one that broke off
goes on where it stopped, and a file that has grown appends what is new. Two different files need
two sources.

Example:  arenactl votes import tests/testdata/first_week/pair_counts.json --source first-week --register-models)";

constexpr char kExportHelp[] =
    R"(Writes to standard output, one entry of the log a line, by position without gap. Each line has
position, kind (vote, retraction, restoration, annotation), target (not for votes), model_a (left),
model_b, winner, rated, reasons, language, tags, voter, draw_probability, the style counts tokens,
headers, lists and bolds of each side (_a, _b), and time.

Example:  arenactl votes export > votes.jsonl && arenactl rate votes.jsonl --method bt)";

void AddImport(CLI::App& votes) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* command = votes.add_subcommand("import", "Appends votes that were cast elsewhere");
  command->add_option("FILE", options->file, "The votes; - is standard input")
      ->required()
      ->type_name("");
  command
      ->add_option("--source", options->source,
                   "Name of the source, 1 to 64 of a-z 0-9 . _ - (default: the file's name)")
      ->type_name("NAME");
  command->add_flag("--register-models", options->register_models,
                    "Adds models that are not known as drafts, which are never drawn");
  command->add_option("--seed", options->seed, "Shuffles the votes of pair counts")
      ->type_name("N")
      ->capture_default_str();
  AddAddressFlag(*command, kVoteIngest, options->vote_ingest);
  AddAddressFlag(*command, kMatchmaker, options->matchmaker);
  command->footer(kImportHelp);
  OnRun(*command, [options] { return RunImport(*options); });
}

void AddExport(CLI::App& votes) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = votes.add_subcommand("export", "Writes the vote log as JSON lines");
  command->add_option("--from", options->from, "First position (default: 1)")
      ->check(Between(0, INT64_MAX))
      ->type_name("POSITION");
  command->add_option("--until", options->until, "Last position (default: the newest)")
      ->check(Between(0, INT64_MAX))
      ->type_name("POSITION");
  AddAddressFlag(*command, kVoteIngest, options->vote_ingest);
  command->footer(kExportHelp);
  OnRun(*command, [options] { return RunExport(*options); });
}

}  // namespace

void AddVotesCommand(CLI::App& app) {
  CLI::App* votes = app.add_subcommand("votes", "The vote log: import and export");
  votes->require_subcommand(1);
  AddImport(*votes);
  AddExport(*votes);
}

}  // namespace arena::arenactl
