"""One definition of text for articles and rules: cleaning, folding, words, sentences, inflection, language. Pure."""
