// What the reference page says of a field and a section, and the type-erased handle of a section.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/node.h"
#include "config/problems.h"

namespace renkei::config {

class SectionInfo;

struct FieldInfo {
  std::string name;
  std::string help;          // one sentence
  std::string type;          // "duration", "list of text"
  std::string default_text;  // "" where there is none
  std::string limits;        // "1 to 64", "all, none"
  bool required = false;
  const SectionInfo* nested = nullptr;  // what stands inside, if anything
};

// A section without its C++ type: what registries hold and the reference page prints. Thread-safe.
class SectionInfo {
 public:
  virtual ~SectionInfo() = default;
  SectionInfo(const SectionInfo&) = delete;
  SectionInfo& operator=(const SectionInfo&) = delete;

  const std::string& name() const { return name_; }
  const std::string& help() const { return help_; }
  virtual std::vector<const FieldInfo*> fields() const = 0;
  // Reads the node only to report what is wrong with it.
  virtual void Check(const Node& node, Problems& problems) const = 0;

 protected:
  SectionInfo(std::string name, std::string help) : name_(std::move(name)), help_(std::move(help)) {}

 private:
  std::string name_;
  std::string help_;
};

// Reports a key that the section does not know; the answer is the nearest name that it does, "" if none is
// near.
std::string ReportUnknownKey(const NodeEntry& entry, const SectionInfo& section, Problems& problems);

// The candidate nearest to the word by typing errors, "" if none is near enough to be meant.
std::string Nearest(const std::string& word, const std::vector<std::string>& candidates);

// "a, b, c".
std::string Listed(const std::vector<std::string>& words);

}  // namespace renkei::config
