using LiftPlus.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Core.Tests.Backbones;

public sealed class ClipTokenizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "")]
    [InlineData("cat", "cat</w>")]
    [InlineData(" CAT\t dog\n", "cat</w> dog</w>")]
    [InlineData("cats", "ca t s</w>")]
    [InlineData("cat's", "cat</w> 's</w>")]
    [InlineData("42", "4</w> 2</w>")]
    [InlineData("doing!?", "do ing</w> ! ?</w>")]
    [InlineData("cat&amp;dog", "cat</w> &</w> dog</w>")]
    [InlineData("a <|endoftext|>", "a</w> <|endoftext|>")]
    public void WordsAreMergedInOrder(string text, string expected)
    {
        ClipTokenizer tokenizer = TinyVocabulary.Write(_folder);
        int[] ids =
        [
            tokenizer.StartToken,
            .. expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(TinyVocabulary.Id),
            tokenizer.EndToken,
        ];
        Assert.Equal(ids, tokenizer.Encode(text));
        Assert.Equal(TinyVocabulary.End, tokenizer.EndToken);
    }

    [Fact]
    public void ATextThatIsTooLongFailsOrLosesItsEnd()
    {
        ClipTokenizer tokenizer = TinyVocabulary.Write(_folder, contextLength: 4);
        Assert.Contains(
            "has 5 tokens with its start and end; there is room for 4",
            Assert.Throws<LiftPlusException>(() => tokenizer.Encode("cat dog cat")).Message
        );
        Assert.Equal(
            [tokenizer.StartToken, TinyVocabulary.Id("cat</w>"), TinyVocabulary.Id("dog</w>"), tokenizer.EndToken],
            tokenizer.Encode("cat dog cat", truncate: true)
        );
        using Tensor tokens = tokenizer.Tokenize(["dog", "cat dog cat"], truncate: true);
        Assert.Equal([2, 4], tokens.shape);
        Assert.Equal(ScalarType.Int64, tokens.dtype);
        Assert.Equal([tokenizer.StartToken, TinyVocabulary.Id("dog</w>"), tokenizer.EndToken, 0], tokens.data<long>().ToArray()[..4]);
    }

    [Theory]
    [InlineData("vocab.json", "{", "cannot be read")]
    [InlineData("vocab.json", "[]", "expected a JSON object")]
    [InlineData("vocab.json", """{"a":-1}""", "number from 0 to")]
    [InlineData("vocab.json", """{"a":0,"b":0}""", "occurs twice")]
    [InlineData("vocab.json", """{"a":0,"b":2}""", "without a gap")]
    [InlineData("vocab.json", "{}", "without a gap")]
    [InlineData("merges.txt", "#version: 0.2\nc a t\n", "line 2")]
    [InlineData("merges.txt", "c q\n", "line 1: 'c q' is not a pair")]
    [InlineData("merges.txt", "c a\nc a\n", "line 2: the merge 'c a' occurs twice")]
    [InlineData("vocab.json", """{"\ud800":0}""", "half of a surrogate pair")]
    public void ADamagedVocabularyIsNamed(string file, string content, string expected)
    {
        TinyVocabulary.Write(_folder);
        _folder.Write(file, content);
        string message = Assert.Throws<LiftPlusException>(() => ClipTokenizer.Load(_folder.Path)).Message;
        Assert.Contains(expected, message);
        Assert.Contains(_folder[file], message);
    }

    [Fact]
    public void AMissingVocabularyIsNamed()
    {
        Assert.Contains(_folder["vocab.json"], Assert.Throws<LiftPlusException>(() => ClipTokenizer.Load(_folder.Path)).Message);
        TinyVocabulary.Write(_folder);
        File.Delete(_folder["merges.txt"]);
        Assert.Contains(_folder["merges.txt"], Assert.Throws<LiftPlusException>(() => ClipTokenizer.Load(_folder.Path)).Message);
        _folder.Write("vocab.json", """{"a":0}""");
        _folder.Write("merges.txt", "");
        Assert.Contains(
            "token '<|startoftext|>' is missing",
            Assert.Throws<LiftPlusException>(() => ClipTokenizer.Load(_folder.Path)).Message
        );
        _folder.Write("vocab.json", """{"<|startoftext|>":1,"<|endoftext|>":0}""");
        Assert.Contains("needs it to be the largest", Assert.Throws<LiftPlusException>(() => ClipTokenizer.Load(_folder.Path)).Message);
    }

    [Fact]
    public void ADamagedListOfMergesIsNamed()
    {
        string path = _folder.Write("bpe_simple_vocab_16e6.txt.gz", "not compressed");
        Assert.Contains(path, Assert.Throws<LiftPlusException>(() => ClipTokenizer.Load(_folder.Path)).Message);
        _folder.Write("bpe_simple_vocab_16e6.txt.gz", Compress("\"version 0.2#version\nc a\nca t\nc at\n"));
        Assert.Contains(
            "two merges make the token 'cat'",
            Assert.Throws<LiftPlusException>(() => ClipTokenizer.Load(_folder.Path)).Message
        );
        _folder.Write("bpe_simple_vocab_16e6.txt.gz", Compress(new string('x', 1 << 26))); // 64 MB from 64 KB
        Assert.Contains("or more", Assert.Throws<LiftPlusException>(() => ClipTokenizer.Load(_folder.Path)).Message);
        _folder.Write("bpe_simple_vocab_16e6.txt.gz", Compress("\"version 0.2#version\nc a\nca t</w>\n"));
        ClipTokenizer tokenizer = ClipTokenizer.Load(_folder.Path);
        Assert.Equal([514, 513, 515], tokenizer.Encode("cat"));
    }

    private static byte[] Compress(string text)
    {
        using MemoryStream bytes = new();
        using (System.IO.Compression.GZipStream stream = new(bytes, System.IO.Compression.CompressionLevel.Optimal))
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    [Theory]
    [InlineData("cafe\u0301", "caf\u00e9")]
    [InlineData("a\u0323\u0302 a\u0302\u0323", "\u1ead \u1ead")] // marks in either order
    [InlineData("\u1112\u1161\u11ab", "\ud55c")]
    [InlineData("\uff8a\uff9f\uff9d", "\u30d1\u30f3")] // half-width katakana with a separate mark
    [InlineData("\u212b\u212a", "\u00e5k")]
    [InlineData("\u03a3\u0391\u03a3 \u03a3", "\u03c3\u03b1\u03c2 \u03c3")]
    [InlineData("\u0130", "i\u0307")]
    [InlineData("sch\u00c3\u00b6n", "sch\u00f6n")]
    [InlineData("caf\u00e9", "caf\u00e9")]
    [InlineData("&#x80;&#128512;&#xD800;", "\u20ac\ud83d\ude00\ufffd")]
    [InlineData("&notit; &eacutex &apos; &nope;", "\u00acit; \u00e9x ' &nope;")]
    [InlineData("a\u001b[1mb\u0007\ufeff", "ab")]
    [InlineData("\u201ca\u201d\u2019", "\"a\"'")]
    [InlineData("a\u2028\u00a0b", "a b")]
    public void TextIsCleaned(string text, string expected) => Assert.Equal(expected, TextCleaner.Clean(text));

    [Fact]
    public void HalfACharacterIsReplaced() => Assert.Equal("\ufffdx", TextCleaner.Clean("\ud800x"));

    [Fact]
    public void AnyTextEncodes()
    {
        ClipTokenizer tokenizer = TinyVocabulary.Write(_folder, contextLength: 64);
        Random random = new(3);
        string alphabet = "aC '&;#x0<|>\u0301\u03a3\u00c3\u00b6\ud83d\ude00\ud800\uff21\u001b[m\n\u00a0\u1100\u1161";
        for (int round = 0; round < 3000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            IReadOnlyList<int> tokens = tokenizer.Encode(text, truncate: true);
            Assert.Equal(tokenizer.StartToken, tokens[0]);
            Assert.Equal(tokenizer.EndToken, tokens[^1]);
            Assert.All(tokens, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
        }
    }

    // Repairs that uncover the next one, words of one letter repeated, and sigmas that ask for their neighbours: none may take quadratic
    // time.
    [Theory]
    [InlineData("&", "amp;")]
    [InlineData("", "a")]
    [InlineData("", "\u03a3.")]
    [InlineData("", "\u0301")]
    public void LongTextsEnd(string start, string repeated)
    {
        string text = start + string.Concat(Enumerable.Repeat(repeated, 50_000));
        Assert.Equal(16, TinyVocabulary.Write(_folder, contextLength: 16).Encode(text, truncate: true).Count);
    }
}
