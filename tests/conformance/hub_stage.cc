#include "tests/conformance/hub_stage.h"

namespace renkei::conformance {

HubStage::HubStage(HubHarness& harness, Verdict& verdict) : harness_(harness), verdict_(verdict) { Open(); }

HubStage::~HubStage() { writer_.reset(); }

void HubStage::Open() {
  Result<std::unique_ptr<core::Hub>> hub = harness_.Open();
  verdict_.Ok(hub, "the hub opens");
  CHECK(hub.ok());
  hub_ = std::move(*hub);
  const Result<core::Log*> log = hub_->OpenLog("shop");
  verdict_.Ok(log, "the log opens");
  CHECK(log.ok());
  log_ = *log;
}

core::LogWriter& HubStage::writer() {
  if (writer_ == nullptr) {
    Result<std::unique_ptr<core::LogWriter>> writer = log_->OpenWriter();
    verdict_.Ok(writer, "the writer opens");
    CHECK(writer.ok());
    writer_ = std::move(*writer);
  }
  return *writer_;
}

void HubStage::Restart() {
  writer_.reset();
  hub_.reset();
  Open();
}

void HubStage::Crash() {
  // The disk stops first; what the objects still try on their way out reaches it no more.
  harness_.Crash();
  writer_.reset();
  hub_.reset();
  Open();
}

void HubStage::Append(uint64_t from, uint64_t to) {
  for (uint64_t number = from; number <= to; ++number) {
    const auto result = writer().Append(SampleSet({.number = number}));
    if (!verdict_.Ok(result, "a set is appended")) return;
    verdict_.Expect(result->appended, "a set that continues the head is appended");
  }
  verdict_.Ok(writer().Sync(), "sync");
}

std::vector<core::Entry> HubStage::Read(const core::ReadOptions& options) {
  std::vector<core::Entry> entries;
  const core::Address end = log_->durable_end();
  Result<std::unique_ptr<core::LogReader>> reader = log_->OpenReader(options);
  if (!verdict_.Ok(reader, "a reader opens")) return entries;
  while (true) {
    Result<std::optional<core::Entry>> entry = (*reader)->Next();
    if (!verdict_.Ok(entry, "the next entry") || !entry->has_value()) break;
    entries.push_back(std::move(**entry));
  }
  verdict_.Expect((*reader)->position() >= end, "the reader comes to the durable end");
  for (size_t i = 0; i < entries.size(); ++i) {
    verdict_.Expect(entries[i].address < entries[i].next, "an entry's addresses rise");
    if (i == 0) continue;
    if (options.tables.empty()) {
      verdict_.Expect(entries[i - 1].next == entries[i].address, "entries join");
    } else {
      verdict_.Expect(entries[i - 1].next <= entries[i].address, "entries are in order");
    }
    verdict_.Expect(entries[i - 1].epoch <= entries[i].epoch, "epochs do not go back");
    verdict_.Expect(entries[i - 1].hub_time <= entries[i].hub_time, "hub time does not go back");
  }
  return entries;
}

std::string HubStage::Names(const std::vector<core::Entry>& entries) {
  std::string names;
  for (const core::Entry& entry : entries) {
    const auto* set = std::get_if<core::Changes>(&entry.body);
    if (set == nullptr) continue;
    for (const core::Transaction& transaction : (*set)->transactions) names += transaction.id + " ";
  }
  return names;
}

std::string HubStage::Names(uint64_t from, uint64_t to) {
  std::string names;
  for (uint64_t number = from; number <= to; ++number) names += SamplePosition(number).bytes + " ";
  return names;
}

std::vector<HubCase> HubCases() {
  std::vector<HubCase> all = HubAppendCases();
  for (const HubCase& crash_case : HubCrashCases()) all.push_back(crash_case);
  return all;
}

}  // namespace renkei::conformance
