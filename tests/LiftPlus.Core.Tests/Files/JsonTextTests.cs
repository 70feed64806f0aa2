using System.Text;
using System.Text.Json;
using LiftPlus.Files;

namespace LiftPlus.Core.Tests.Files;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("""["\ud800\u0041"]""")]
    public void HalfASurrogatePairIsAnErrorWithItsPlace(string json)
    {
        string message = Assert.Throws<JsonException>(() => JsonText.Bytes(json)).Message;
        Assert.Matches("the text at byte [0-9]+ has half of a surrogate pair", message);
    }

    [Fact]
    public void HalfASurrogatePairThatIsNotEscapedIsAnError() =>
        Assert.Contains("character 3 is half", Assert.Throws<JsonException>(() => JsonText.Bytes("[\"\ud800\"]")).Message);

    [Fact]
    public void BytesThatAreNotUtf8AreAnError() =>
        Assert.Contains("not valid UTF-8", Assert.Throws<JsonException>(() => JsonText.Check([(byte)'"', 0xFF, (byte)'"'])).Message);

    [Fact]
    public void ValuesAreCounted()
    {
        byte[] json = Encoding.UTF8.GetBytes("""{"a":[1,2],"b":{}}"""); // ten names, values and brackets
        JsonText.Check(json, mostTokens: 10);
        Assert.Contains("more than 9", Assert.Throws<JsonException>(() => JsonText.Check(json, mostTokens: 9)).Message);
    }

    [Theory]
    [InlineData("""{"a":1""")]
    [InlineData("""{"a":1}}""")]
    [InlineData("[1,]")]
    public void ErrorsOfSyntaxAreLeftToTheReaderThatFollows(string json) => JsonText.Bytes(json);

    [Fact]
    public void AByteOrderMarkIsLeftOut()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("x.json", [.. Encoding.UTF8.Preamble, .. "{}"u8]);
        Assert.Equal("{}"u8, JsonText.Read(path, 100).Span);
        Assert.Contains("more than the 4 bytes", Assert.Throws<IOException>(() => JsonText.Read(path, 4)).Message);
    }
}
