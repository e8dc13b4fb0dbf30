#include "tools/arenactl/votes/command.h"

#include <memory>

#include "tools/arenactl/client.h"
#include "tools/arenactl/command.h"
#include "tools/arenactl/votes/amend.h"
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
position, kind (vote, retraction, restoration, annotation), target (not for votes), vote_id, turn,
model_a (left), model_b, winner, rated, reasons, language, tags, voter, draw_probability, the style
counts tokens, headers, lists and bolds of each side (_a, _b), and time. An entry that is no vote
repeats the vote's columns, with the labels in force before it, and has entry_time; retractions and
restorations have reason, annotations label_version, new_language and new_tags. A frontend's key
gets no retractions and no models that may not be named; positions then skip.

Example:  arenactl votes export > votes.jsonl && arenactl rate votes.jsonl --method bt)";

constexpr char kRetractHelp[] =
    R"(Takes votes out of every leaderboard: a quarantine, which 'votes restore' takes back. The votes
stay in the log, and voters and frontends never see it. Which votes: POSITIONS (numbers from 1, and
ranges), or all votes of one voter, by the key 'voter' of 'votes export'.

Up to 10,000 positions are retracted all or none; more go in several such steps. A position without
a vote, or with one that is retracted, refuses the step, unless --skip-settled. Running the command
for a voter again is safe: it takes out what is still in.

Examples:  arenactl votes retract 17 20-25 --reason "posted by a script"
           arenactl votes retract --voter 5f0c1e7a9b3d4c2e8f6a7b1d0c9e3f52 --reason "bought votes")";

constexpr char kRestoreHelp[] =
    R"(Takes retractions back: every leaderboard is then as if the votes had never been out. Which
votes: POSITIONS of the votes (not of the retractions), or all votes of one voter. A position whose
vote is not retracted refuses all, unless --skip-settled.

Examples:  arenactl votes restore 17 20-25 --reason "the script was a screen reader"
           arenactl votes restore --voter 5f0c1e7a9b3d4c2e8f6a7b1d0c9e3f52 --reason "a mistake")";

constexpr char kAnnotateHelp[] =
    R"(FILE holds JSON lines, the labels of one vote a line:
    {"position":17,"language":"de","tags":["code","math"]}
tags are all that the vote has from then on; language may be left out, and stays as it is. The whole
file is checked first. A vote whose labels are of this version or a newer one refuses up to 10,000
labels at a time, unless --skip-settled.

Example:  arenactl votes annotate labels.jsonl --label-version 2)";

void AddImport(CLI::App& votes) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* command = votes.add_subcommand("import", "Appends votes that were cast elsewhere");
  command->add_option("FILE", options->file, "The votes; - is standard input")
      ->required()
      ->type_name("");
  command
      ->add_option("--source", options->source,
                   "Name of the source, 1 to 64 of A-Z a-z 0-9 . _ - (default: the file's name)")
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

void AddSkipSettled(CLI::App& command, bool& skip_settled) {
  command.add_flag("--skip-settled", skip_settled,
                   "Leaves votes alone that are so already, instead of refusing");
}

void AddAmend(CLI::App& votes, const char* name, const char* purpose, const char* help,
              absl::Status (*run)(const AmendOptions&)) {
  auto options = std::make_shared<AmendOptions>();
  CLI::App* command = votes.add_subcommand(name, purpose);
  command->add_option("POSITIONS", options->positions, "Places in the log, such as 17 20-25")
      ->type_name("");
  command->add_option("--voter", options->voter, "All votes of this voter")->type_name("HASH");
  command->add_option("--reason", options->reason, "Why, for whoever reads the log later")
      ->required()
      ->type_name("TEXT");
  AddSkipSettled(*command, options->skip_settled);
  AddAddressFlag(*command, kVoteIngest, options->vote_ingest);
  command->footer(help);
  OnRun(*command, [options, run] { return run(*options); });
}

void AddAnnotate(CLI::App& votes) {
  auto options = std::make_shared<AnnotateOptions>();
  CLI::App* command = votes.add_subcommand("annotate", "Gives votes late labels");
  command->add_option("FILE", options->file, "The labels; - is standard input")
      ->required()
      ->type_name("");
  command->add_option("--label-version", options->label_version, "Of the rules that made them")
      ->required()
      ->check(Between(1, INT32_MAX))
      ->type_name("N");
  AddSkipSettled(*command, options->skip_settled);
  AddAddressFlag(*command, kVoteIngest, options->vote_ingest);
  command->footer(kAnnotateHelp);
  OnRun(*command, [options] { return RunAnnotate(*options); });
}

}  // namespace

void AddVotesCommand(CLI::App& app) {
  CLI::App* votes = app.add_subcommand("votes", "The vote log: import, export, amend");
  votes->require_subcommand(1);
  AddImport(*votes);
  AddExport(*votes);
  AddAmend(*votes, "retract", "Takes votes out of every leaderboard", kRetractHelp, RunRetract);
  AddAmend(*votes, "restore", "Takes retracted votes back in", kRestoreHelp, RunRestore);
  AddAnnotate(*votes);
}

}  // namespace arena::arenactl
