#include "services/vote-ingest/rpc/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "common/base/errors.h"
#include "common/base/keyed_hash.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/vote-ingest/core/amendment.h"
#include "services/vote-ingest/core/errors.h"
#include "services/vote-ingest/core/imported_vote.h"

namespace arena::vote_ingest {
namespace {

constexpr size_t kSourceBytes = 64;

bool IsChoice(v1::Choice choice) {
  return choice > v1::CHOICE_UNSPECIFIED && choice <= v1::CHOICE_BOTH_BAD;
}

bool IsSourceName(const std::string& name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kSourceBytes &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

void FillStyle(const StyleCounts& style, v1::StyleFeatures* features) {
  features->set_tokens(style.tokens);
  features->set_headers(style.headers);
  features->set_list_items(style.list_items);
  features->set_bold_spans(style.bold_spans);
}

void FillTime(absl::Time time, google::protobuf::Timestamp* timestamp) {
  const int64_t micros = absl::ToUnixMicros(time);
  timestamp->set_seconds(micros / 1'000'000);
  timestamp->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1'000);
}

absl::Status CheckImported(const v1::ImportedVote& vote, int index) {
  const auto bad = [&](std::string_view what) { return ImportedVoteInvalid(index, what); };
  if (vote.index() < 0) return bad("index must not be negative");
  if (vote.model_left().empty() || vote.model_right().empty()) return bad("a model is missing");
  if (vote.model_left() == vote.model_right()) return bad("a model meets itself");
  for (const std::string* text : {&vote.model_left(), &vote.model_right(), &vote.language()}) {
    // PostgreSQL keeps no NUL in a text.
    if (text->find('\0') != std::string::npos) return bad("no text may hold NUL");
  }
  if (!IsChoice(vote.choice())) return bad("choice must be left, right, tie or both bad");
  if (!IsLanguage(vote.language())) return bad("language must be an ISO 639-1 code or und");
  if (vote.voter().size() > limits::kVoterBytes) {
    return BeyondLimit("kVoterBytes",
                       bad(fmt::format("voter must have at most {} bytes", limits::kVoterBytes)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PageTokenInvalid() {
  return FieldInvalid("page_token", "the next_page_token of an earlier page");
}

absl::StatusOr<Ballot> ToBallot(const v1::CastVoteRequest& request, std::string_view frontend) {
  ARENA_ASSIGN_OR_RETURN(const BattleId battle_id, BattleId::Parse(request.battle_id()));
  ARENA_RETURN_IF_ERROR(
      CheckRange("kTurnsPerBattle", "turn", request.turn(), 1, limits::kTurnsPerBattle));
  if (!IsChoice(request.choice())) return FieldInvalid("choice", "left, right, tie or both bad");
  return Ballot{battle_id, request.turn(), static_cast<Choice>(request.choice()),
                std::string(frontend)};
}

v1::CastVoteResponse ToProto(const Receipt& receipt) {
  v1::CastVoteResponse response;
  response.set_position(receipt.position);
  response.set_rated(receipt.reasons.empty());
  for (const UnratedReason reason : receipt.reasons) {
    response.add_unrated_reasons(static_cast<v1::UnratedReason>(reason));
  }
  response.mutable_models()->set_left(receipt.left_name);
  response.mutable_models()->set_right(receipt.right_name);
  return response;
}

v1::VoteEntry ToProto(const LogEntry& entry, const std::string& voter_key) {
  const NewVote& vote = entry.vote;
  v1::VoteEntry message;
  message.set_position(entry.position);
  message.set_kind(static_cast<v1::VoteKind>(entry.kind));
  message.set_target_position(entry.target_position);
  message.set_vote_id(
      KeyedPseudonym(voter_key, fmt::format("vote:{}:{}", vote.battle_id.ToString(), vote.turn)));
  message.set_turn(vote.turn);
  message.set_model_left(vote.left.name);
  message.set_model_right(vote.right.name);
  message.set_choice(static_cast<v1::Choice>(vote.choice));
  message.set_rated(vote.reasons.empty());
  for (const UnratedReason reason : vote.reasons) {
    message.add_unrated_reasons(static_cast<v1::UnratedReason>(reason));
  }
  message.set_language(vote.language);
  for (const std::string& tag : vote.tags) message.add_tags(tag);
  message.set_draw_probability(vote.draw_probability);
  message.set_voter(vote.voter_hash);
  FillStyle(vote.style_left, message.mutable_style_left());
  FillStyle(vote.style_right, message.mutable_style_right());
  FillTime(entry.time, message.mutable_vote_time());
  if (entry.kind != VoteKind::kVote) {
    message.set_reason(entry.reason);
    FillTime(entry.entry_time, message.mutable_entry_time());
  }
  if (entry.kind == VoteKind::kAnnotation) {
    message.set_label_version(entry.label_version);
    message.set_new_language(entry.new_labels.language);
    for (const std::string& tag : entry.new_labels.tags) message.add_new_tags(tag);
  }
  return message;
}

v1::ListVotesResponse ToProto(const LogPage& page, const std::string& voter_key) {
  // Room for the two fields behind the entries; and what an entry takes beside its own bytes.
  constexpr size_t kMostEntryBytes = limits::kMessageBytes - 64;
  constexpr size_t kTagAndLengthBytes = 6;
  v1::ListVotesResponse answer;
  int64_t last_position = page.last_position;
  size_t bytes = 0;
  for (size_t i = 0; i < page.entries.size(); ++i) {
    v1::VoteEntry entry = ToProto(page.entries[i], voter_key);
    bytes += entry.ByteSizeLong() + kTagAndLengthBytes;
    if (bytes > kMostEntryBytes) {
      last_position = page.entries[i - 1].position;
      break;
    }
    *answer.add_entries() = std::move(entry);
  }
  answer.set_next_page_token(std::to_string(last_position));
  answer.set_head_position(page.head_position);
  return answer;
}

absl::StatusOr<LogRange> ToRange(const v1::ListVotesRequest& request) {
  ARENA_RETURN_IF_ERROR(
      CheckRange("kMaxPageVotes", "page_size", request.page_size(), 0, limits::kMaxPageVotes));
  LogRange range;
  range.limit = request.page_size() == 0 ? limits::kDefaultPageVotes : request.page_size();
  const std::string& token = request.page_token();
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), range.after);
  const bool is_whole = error == std::errc() && end == token.data() + token.size();
  if (!token.empty() && (!is_whole || range.after < 0)) {
    return PageTokenInvalid();
  }
  return range;
}

absl::StatusOr<LogRange> ToRange(const v1::ExportVotesRequest& request) {
  if (request.start_position() < 0) return FieldInvalid("start_position", "0 or more");
  if (request.end_position() < 0) return FieldInvalid("end_position", "0 or more");
  LogRange range;
  range.after = std::max<int64_t>(request.start_position(), 1) - 1;
  if (request.end_position() > 0) range.until = request.end_position();
  range.limit = limits::kExportBatchVotes;
  return range;
}

absl::StatusOr<std::vector<NewVote>> ToVotes(const v1::ImportVotesRequest& request,
                                             const std::string& voter_key) {
  if (!IsSourceName(request.source())) {
    return FieldInvalid("source",
                        fmt::format("1 to {} letters, digits, '.', '_' or '-'", kSourceBytes));
  }
  ARENA_RETURN_IF_ERROR(CheckRange("kImportBatchVotes", "votes", request.votes_size(), 1,
                                   limits::kImportBatchVotes, "votes"));
  std::set<int64_t> indices;
  std::vector<NewVote> votes;
  for (int i = 0; i < request.votes_size(); ++i) {
    const v1::ImportedVote& imported = request.votes(i);
    ARENA_RETURN_IF_ERROR(CheckImported(imported, i));
    if (!indices.insert(imported.index()).second) {
      return ImportedVoteInvalid(i, "its index stands in the batch twice");
    }
    votes.push_back(
        {.battle_id = ImportedBattleId(request.source(), imported.index()),
         .turn = 1,
         .frontend = fmt::format("import:{}", request.source()),
         .left = {{}, imported.model_left()},
         .right = {{}, imported.model_right()},
         .choice = static_cast<Choice>(imported.choice()),
         .language = imported.language().empty() ? "und" : imported.language(),
         .voter_hash = imported.voter().empty()
                           ? ""
                           : KeyedPseudonym(voter_key, fmt::format("{}\n{}", request.source(),
                                                                   imported.voter()))});
  }
  return votes;
}

}  // namespace arena::vote_ingest
