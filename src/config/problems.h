// What is wrong with a configuration file: all of it in one pass, so that one reading mends the whole file.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/node.h"

namespace renkei::config {

// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// Where a file came from and what it may ask of its surroundings.
struct Origin {
  std::string file;    // as the user named it
  std::string folder;  // relative paths start here
  Environment environment;
};

// Owned by one reading, one thread.
class Problems {
 public:
  static constexpr size_t kMost = 100;  // later ones are dropped: nobody reads the hundredth

  explicit Problems(std::shared_ptr<const Origin> origin) : origin_(std::move(origin)) {}

  // Adds the error with the fields file, line, column in front.
  void Add(Mark mark, Code code, std::initializer_list<Field> fields = {});
  // The same for an error that a check returned; fields file, line, column are added if absent.
  void Add(Mark mark, const Error& error);

  bool empty() const { return found_.empty(); }
  size_t size() const { return found_.size(); }
  // By line and column.
  std::vector<Error> Sorted() const;

  const Origin& origin() const { return *origin_; }
  const std::shared_ptr<const Origin>& shared_origin() const { return origin_; }

 private:
  struct Found {
    Mark mark;
    Error error;
  };
  std::shared_ptr<const Origin> origin_;
  std::vector<Found> found_;
};

}  // namespace renkei::config
