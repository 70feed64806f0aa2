namespace LiftPlus.Data.Tests;

/// <summary>Paths and labels as lists write them: with separators of Windows, in quotes, outside the root, in JSON.</summary>
public sealed class ListedPathTests : IDisposable
{
    private readonly TestImages _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void BackslashesSeparateFoldersEverywhere()
    {
        string list = _folder.WriteText("list.txt", "pics\\a.png 0\npics\\deep\\b.png 1\n");
        Assert.Equal(["pics/a.png", "pics/deep/b.png"], Relative(ImageDataset.FromList(list)));
        string table = _folder.WriteText("t.csv", "path,label\npics\\a.png,0\n");
        Assert.Equal(["pics/a.png"], Relative(ImageDataset.FromCsv(table)));
    }

    [Fact]
    public void AFileWhoseNameHasABackslashIsFound()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("The name is not possible here.");
        _folder.WriteText("a\\b.png", "");
        Assert.Equal(
            ["a\\b.png"],
            ImageDataset.FromList(_folder.WriteText("list.txt", "a\\b.png 0\n")).Select(image => Path.GetFileName(image.Name))
        );
    }

    [Theory]
    [InlineData("C:\\data\\a.png 0", "'C:\\data\\a.png' is a path of a Windows machine")]
    [InlineData("\\\\server\\share\\a.png 0", "is a path of a Windows machine")]
    [InlineData("https://example.org/a.png 0", "is an address; download")]
    public void PathsOfOtherMachinesAreNamedByLine(string line, string found)
    {
        if (OperatingSystem.IsWindows() && !line.StartsWith("http", StringComparison.Ordinal))
            Assert.Skip("They are paths here.");
        AssertFails(() => ImageDataset.FromList(_folder.WriteText("list.txt", $"x.png 1\n{line}\n")), "line 2: ", found);
    }

    [Theory]
    [InlineData(
        "\"my pics/a.png\" 0\n'my pics/b.png'\t1\nc d.png \"1\"\n",
        new[] { "my pics/a.png", "my pics/b.png", "c d.png" },
        new[] { 0, 1, 1 }
    )]
    [InlineData("\"a,\"\"b\"\".png\",0\n'tis.png,1\n", new[] { "a,\"b\".png", "'tis.png" }, new[] { 0, 1 })]
    public void QuotesAroundAPathAreNotPartOfIt(string text, string[] paths, int[] labels)
    {
        ImageDataset dataset = ImageDataset.FromList(_folder.WriteText("list.txt", text));
        Assert.Equal(paths, Relative(dataset));
        Assert.Equal(labels, dataset.Select(image => image.Label));
    }

    [Fact]
    public void QuotesAroundALabelAreNotPartOfIt()
    {
        string list = _folder.WriteText("list.txt", "a.png \"ice bear\"\n\"b c.png\" \"owl\"\nd.png owl\n");
        ImageDataset dataset = ImageDataset.FromList(list);
        Assert.Equal(["ice bear", "owl"], dataset.ClassNames);
        Assert.Equal([0, 1, 1], dataset.Select(image => image.Label));
        Assert.Equal([1, 0, 0], ImageDataset.FromList(list, classNames: ["owl", "ice_bear"]).Select(image => image.Label));
    }

    [Theory]
    [InlineData("../secret.png")]
    [InlineData("a/../../secret.png")]
    [InlineData("..\\secret.png")]
    [InlineData("\"../secret.png\"")]
    public void ARelativePathLeavesTheRootOnlyIfAllowed(string path)
    {
        string list = _folder.WriteText("set/list.txt", $"a.png 0\n{path} 1\n");
        AssertFails(() => ImageDataset.FromList(list), "line 2: ", "leaves the folder", "AllowOutsideRoot");
        string table = _folder.WriteText("set/t.csv", $"path,label\n{path},1\n");
        AssertFails(() => ImageDataset.FromCsv(table), "line 2: ", "leaves the folder");
        var allowed = new DatasetReadOptions { AllowOutsideRoot = true };
        Assert.Equal(_folder.PathOf("secret.png"), Path.GetFullPath(ImageDataset.FromList(list, options: allowed)[1].Name));
    }

    [Fact]
    public void PathsThatStayInsideOrAreAbsoluteAreRead()
    {
        string absolute = _folder.PathOf("elsewhere/a.png");
        string list = _folder.WriteText("set/list.txt", $"{absolute} 0\nx/../b..c.png 1\n...png 1\n");
        Assert.Equal(
            [absolute, _folder.PathOf("set/b..c.png")],
            ImageDataset.FromList(list).Take(2).Select(image => Path.GetFullPath(image.Name))
        );
    }

    [Fact]
    public void TheMessageAboutAnImageShowsNoByteOfTheFile()
    {
        _folder.WriteText("etc/passwd", "root:x:0:0:\u0001");
        string list = _folder.WriteText("list.txt", "etc/passwd 0\n");
        string reason = Assert.Single(ImageDataset.FromList(list).Check().Unreadable).Reason;
        Assert.DoesNotContain("root", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("726F6F74", reason, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("not those of a known format", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileWhoseAccentsAreStoredInTheOtherFormIsPointedOut()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Other file systems find the file.");
        _folder.WriteText("cafe\u0301.png", "");
        _folder.WriteText("B\u00e4r.png", "");
        DatasetCheck check = ImageDataset.FromList(_folder.WriteText("list.txt", "caf\u00e9.png 0\nBa\u0308r.png 0\nowl.png 0\n")).Check();
        Assert.Equal(
            [true, true, false],
            check.Unreadable.Select(image => image.Reason.Contains("accented letters", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid", "Git LFS")]
    [InlineData("\n<!DOCTYPE html><html>", "web page")]
    [InlineData("II*\0abc", "TIFF")]
    [InlineData("%PDF-1.7", "PDF")]
    [InlineData("\0\0\0\u0018ftypheic", "HEIC")]
    [InlineData("only words", "text")]
    public void FilesThatOftenStandInTheWrongPlaceAreRecognized(string text, string name)
    {
        string path = _folder.Write("x.jpg", System.Text.Encoding.Latin1.GetBytes(text));
        Assert.Contains(
            name,
            Assert.Throws<ImageDecodeException>(() => new SkiaImageDecoder().Decode(path)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""[{"path": "a.png", "label": 0}, {"file_name": "b.png", "class": 1}]""")]
    [InlineData("""[["a.png", 0], ["b.png", [1]]]""")]
    [InlineData("""{"labels": [["a.png", 0], ["b.png", 1]]}""")]
    [InlineData("""{"a.png": 0, "b.png": "1"}""")]
    [InlineData("{\"file_name\": \"a.png\", \"label\": 0}\n{\"file_name\": \"b.png\", \"label\": 1}\n")]
    public void JsonIsRead(string json)
    {
        ImageDataset dataset = ImageDataset.FromList(_folder.WriteText("list.json", json));
        Assert.Equal(["a.png", "b.png"], Relative(dataset));
        Assert.Equal([0, 1], dataset.Select(image => image.Label));
    }

    [Fact]
    public void JsonThatIsNoListIsNamed()
    {
        AssertFails(
            () => Json("""[{"path": "a.png"}, 3, ["b.png", null], {"path": "../c.png", "label": 1}]"""),
            "4 bad items",
            "item 1: 'a.png' has no label",
            "item 2: 3 is neither",
            "item 3: 'b.png' has the label null",
            "item 4: "
        );
        AssertFails(() => Json("""{"images": [{"id": 1, "file_name": "a.png"}], "annotations": []}"""), "item 1: 'a.png' has no label");
        AssertFails(() => Json("""{"a.png": "\ud800"}"""), "list.json", "not valid JSON", "surrogate");
        AssertFails(() => Json("[{"), "list.json", "not valid JSON");
        ImageDataset dataset = ImageDataset.FromList(_folder.WriteText("list.txt", "[1]/a.png 0\n{2}.png 1\n"));
        Assert.Equal(["[1]/a.png", "{2}.png"], Relative(dataset));
    }

    [Fact]
    public void TablesAreReadAsRfc4180Describes()
    {
        string text = "\n\npath,note,label\r\n\"a, \"\"1\"\".png\",\"two\n\nlines\",0\n\n\nb.png , \"x\" ,1\nc.png,,1\nd.png,x\n";
        AssertFails(() => ImageDataset.FromCsv(_folder.WriteText("t.csv", text)), "1 bad lines", "line 11: 2 fields");
        ImageDataset dataset = ImageDataset.FromCsv(_folder.WriteText("t.csv", text.Replace("d.png,x\n", "", StringComparison.Ordinal)));
        Assert.Equal(["a, \"1\".png", "b.png", "c.png"], Relative(dataset));
        Assert.Equal([0, 1, 1], dataset.Select(image => image.Label));
        AssertFails(
            () => ImageDataset.FromCsv(_folder.WriteText("t.csv", "path,label\na.png,0\n\"b.png,1\nc.png,1\n")),
            "line 3: ",
            "does not end"
        );
    }

    private ImageDataset Json(string json) => ImageDataset.FromList(_folder.WriteText("list.json", json));

    private string[] Relative(ImageDataset dataset) =>
        [.. dataset.Select(image => Path.GetRelativePath(_folder.Root, image.Name).Replace(Path.DirectorySeparatorChar, '/'))];

    private static void AssertFails(Func<object> read, params string[] parts)
    {
        string message = Assert.Throws<LiftPlusException>(read).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
