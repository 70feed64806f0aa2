using System.Text.RegularExpressions;

namespace LiftPlus.House.Tests;

/// <summary>
/// Holds that the library changes files only through <c>Disk</c>, so that the tests can make every such operation fail. The few exceptions
/// are listed with their reasons.
/// </summary>
public sealed partial class FileWritingTests
{
    private static readonly Dictionary<string, string> s_exceptions = new()
    {
        ["src/LiftPlus.Data/Files/Disk.cs"] = "the one place",
        ["src/LiftPlus.Core/Native/MemoryImage.cs"] = "a copy of a library, deleted as soon as it is loaded",
        ["src/LiftPlus.Data/Files/WorkingFolder.cs"] = "changes the working folder, no file",
        ["src/LiftPlus/Loading/FilePixelStore.cs"] = "a cache without a name that ends with the process; a run goes on without it",
        ["src/LiftPlus.Data/Sources/Archives/Cifar.cs"] = "a temporary folder, deleted after it is read",
        ["src/LiftPlus.Data/Sources/Archives/CifarUnpacker.cs"] = "unpacks into that folder",
    };

    [Fact]
    public void FilesAreChanged_ThroughDiskOnly()
    {
        IEnumerable<string> found = SourceFiles.Below("src").Where(file => Change().IsMatch(file.Text)).Select(file => file.Path);
        Assert.Equal(s_exceptions.Keys.Order(), found.Order());
    }

    [Theory]
    [InlineData("File.WriteAllText(path, text)", true)]
    [InlineData("using FileStream s = new(path, FileMode.CreateNew);", true)]
    [InlineData("new FileStream(path, FileMode.Open, FileAccess.Read)", false)]
    [InlineData("Directory.CreateDirectory(folder)", true)]
    [InlineData("Directory.Exists(folder)", false)]
    [InlineData("Disk.Current.Open(path, FileMode.Append)", false)]
    [InlineData("new StreamWriter(path)", true)]
    [InlineData("new StreamWriter(Disk.Current.Open(path, mode))", false)]
    public void TheRule(string code, bool isChange) => Assert.Equal(isChange, Change().IsMatch(code));

    [GeneratedRegex(
        """
            \bFile\.(Write|Append|Create|Move|Copy|Delete|Replace|OpenWrite|Set)
            | \bDirectory\.(Create|Move|Delete|Set)
            | (\bFileStream\b[^;(]*|\bOpenHandle|\bFile\.Open)\([^;]*\bFileMode\.(CreateNew|Create|Append|OpenOrCreate|Truncate)
            | \bnew\ StreamWriter\((?!Disk\.)
            """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Change();
}
