using System.Diagnostics;
using LiftPlus.TestSupport;
using SkiaSharp;

namespace LiftPlus.Data.Tests;

/// <summary>Folders as people keep them: other files among the images, links, folders that cannot be read, a folder too high.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly TestImages _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryEndingOfJpegIsRead_OthersAreCountedAndNamed()
    {
        _folder.WriteImage("set/red/a.jpg");
        byte[] jpeg = TestImages.Encode(8, 8, 1, SKEncodedImageFormat.Jpeg);
        foreach (
            string name in new[] { "1.jpg", "2.jfif", "3.JPE", "4.jpeg", "5.pjpeg", "6.tif", "7.tiff", "8.tif", "9.jpg_large", "noending" }
        )
            _folder.Write($"set/blue/{name}", jpeg);

        ImageDataset dataset = ImageDataset.FromFolder(_folder.PathOf("set"));

        Assert.Equal([5, 1], dataset.Classes.Counts);
        Assert.Empty(dataset.Check().Unreadable);
        string remark = Assert.Single(dataset.Remarks);
        Assert.Contains(": 5 (.tif 2, .jpg_large 1, .tiff 1, no ending 1)", remark, StringComparison.Ordinal);
        Assert.Contains(_folder.PathOf("set/blue/6.tif"), remark, StringComparison.Ordinal);
        Assert.Equal(dataset.Remarks, dataset.Check().Dataset.Remarks);
    }

    [Fact]
    public void PartsOfADatasetKeepItsRemarks()
    {
        foreach (string name in new[] { "red/1.jpg", "red/2.jpg", "blue/1.jpg", "blue/2.jpg", "blue/3.tif" })
            _folder.WriteText($"set/{name}", "");
        ImageDataset dataset = ImageDataset.FromFolder(_folder.PathOf("set"));
        (ImageDataset train, ImageDataset heldOut) = dataset.HoldOut(0.5);
        ImageDataset renamed = dataset.WithClassNames(new Dictionary<string, string> { ["red"] = "crimson" });
        foreach (
            ImageDataset part in new[]
            {
                train,
                heldOut,
                renamed,
                dataset.Where(image => image.Label == 0),
                dataset.Relabel(name => name + "s"),
                dataset.Concat(renamed),
                new LongTailProfile(2).Apply(dataset),
            }
        )
            Assert.Equal(dataset.Remarks, part.Remarks);
    }

    [Fact]
    public void TheDecoderSaysWhichEndingsAreRead()
    {
        _folder.WriteText("set/red/a.raw", "");
        _folder.WriteText("set/red/b.jpg", "");
        string root = _folder.PathOf("set");
        Assert.EndsWith("a.raw", Assert.Single(ImageDataset.FromFolder(root, options: new() { Decoder = new RawDecoder(".RAW") })).Name);
        AssertFails(() => ImageDataset.FromFolder(root, options: new() { Decoder = new RawDecoder("raw") }), "FileExtensions is [raw]");
        AssertFails(() => ImageDataset.FromFolder(root, options: new() { Decoder = new RawDecoder() }), "FileExtensions is []");
    }

    [Fact]
    public void FilesOfSystemsAndToolsAreIgnoredAndCounted()
    {
        foreach (
            string name in new[]
            {
                "owl/1.jpg",
                "owl/@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg",
                "owl/._1.jpg",
                "owl/Thumbs.db",
                "owl/.DS_Store",
                "owl/.ipynb_checkpoints/1-checkpoint.jpg",
                "owl/deep/__MACOSX/x.jpg",
                "@eaDir/owl/x.jpg",
                "__MACOSX/owl/._1.jpg",
                "$RECYCLE.BIN/x.jpg",
            }
        )
            _folder.WriteText($"set/{name}", "");
        _folder.WriteText("set/owl/deep/2.jpg", "");

        ImageDataset dataset = ImageDataset.FromFolder(_folder.PathOf("set"));

        Assert.Equal(["owl"], dataset.ClassNames);
        Assert.Equal(2, dataset.Count);
        Assert.Contains(": 9,", Assert.Single(dataset.Remarks), StringComparison.Ordinal);
        Assert.Equal(["owl"], ImageDataset.ReadClassNames(_folder.PathOf("set")));
    }

    [Fact]
    public void ImagesBesideTheClassFoldersAreNamed()
    {
        _folder.WriteText("set/owl/1.jpg", "");
        _folder.WriteText("set/stray.jpg", "");
        _folder.WriteText("set/README.md", "");
        string remark = Assert.Single(ImageDataset.FromFolder(_folder.PathOf("set")).Remarks);
        Assert.Contains("images beside the class folders: 1, ", remark, StringComparison.Ordinal);
        Assert.Contains("stray.jpg", remark, StringComparison.Ordinal);
    }

    [Fact]
    public void LinksLeadOutOfTheRootOnlyIfAllowed()
    {
        foreach (string name in new[] { "set/owl/1.jpg", "set/lynx/1.jpg", "other/2.jpg", "other/3.jpg", "single.jpg" })
            _folder.WriteText(name, "");
        string root = _folder.PathOf("set");
        Directory.CreateSymbolicLink(Path.Combine(root, "owl", "other"), _folder.PathOf("other"));
        Directory.CreateSymbolicLink(Path.Combine(root, "owl", "up"), "../../other");
        File.CreateSymbolicLink(Path.Combine(root, "owl", "4.jpg"), _folder.PathOf("single.jpg"));
        File.CreateSymbolicLink(Path.Combine(root, "owl", "5.jpg"), "../lynx/1.jpg");
        File.CreateSymbolicLink(Path.Combine(root, "lynx", "round"), "round");

        ImageDataset inside = ImageDataset.FromFolder(root);
        Assert.Equal([1, 2], inside.Classes.Counts);
        string remark = Assert.Single(inside.Remarks, remark => remark.Contains("lead out", StringComparison.Ordinal));
        Assert.Contains(": 3, ", remark, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(root, "owl", "other"), remark, StringComparison.Ordinal);
        Assert.Contains("AllowOutsideRoot", remark, StringComparison.Ordinal);

        ImageDataset all = ImageDataset.FromFolder(root, options: new() { AllowOutsideRoot = true });
        Assert.Equal([1, 5], all.Classes.Counts); // the folder is read once
    }

    [Fact]
    public void AClassFolderThatLeadsOutIsRefusedUnlessAllowed()
    {
        _folder.WriteText("store/owl/1.jpg", "");
        _folder.WriteText("set/lynx/1.jpg", "");
        string root = _folder.PathOf("set");
        Directory.CreateSymbolicLink(Path.Combine(root, "owl"), _folder.PathOf("store/owl"));
        AssertFails(() => ImageDataset.FromFolder(root), Path.Combine(root, "owl"), _folder.PathOf("store/owl"), "AllowOutsideRoot");
        Assert.Equal(["lynx", "owl"], ImageDataset.FromFolder(root, options: new() { AllowOutsideRoot = true }).ClassNames);
        Directory.Delete(Path.Combine(root, "owl"));
        Directory.CreateSymbolicLink(Path.Combine(root, "gone"), _folder.PathOf("unmounted"));
        Directory.CreateSymbolicLink(Path.Combine(root, "bobcat"), "lynx");
        AssertFails(() => ImageDataset.FromFolder(root), "gone", "is outside");
    }

    [Fact]
    public async Task AFolderThatMayNotBeReadIsNamed()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("The rights of a thread are taken away as Linux does.");
            return; // for the analyzer
        }

        _folder.WriteText("set/owl/1.jpg", "");
        _folder.WriteText("set/owl/deep/closed/2.jpg", "");
        string closed = _folder.PathOf("set/owl/deep/closed");
        File.SetUnixFileMode(closed, UnixFileMode.None);
        try
        {
            await Unprivileged.Run(() =>
                AssertFails(() => ImageDataset.FromFolder(_folder.PathOf("set")), closed, "cannot be read", "right")
            );
            await Unprivileged.Run(() => AssertFails(() => ImageDataset.FromFolder(closed), closed, "cannot be read"));
            await Unprivileged.Run(() => AssertFails(() => ImageDataset.ReadClassNames(closed), closed, "cannot be read"));
            await Unprivileged.Run(() => AssertFails(() => ImageDataset.FromTar(closed), closed, "cannot be read"));
        }
        finally
        {
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Theory]
    [InlineData("set/owl", "caf\\351.png")]
    [InlineData("set", "caf\\351")]
    public async Task AFileNameThatIsNotUtf8IsNamedWithItsFolder(string parent, string name)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Other systems know only Unicode names.");
        _folder.WriteText("set/owl/1.jpg", "");
        await Shell($"mkdir \"$1/$(printf '{name}')\"", _folder.PathOf(parent));
        try
        {
            AssertFails(() => ImageDataset.FromFolder(_folder.PathOf("set")), _folder.PathOf(parent), "not UTF-8", "Rename");
        }
        finally
        {
            await Shell("rm -r \"$1\"", _folder.PathOf("set")); // .NET cannot
        }
    }

    [Theory]
    [InlineData("train", "val")]
    [InlineData("Test", "Training")]
    [InlineData("test", "train", "annotations")]
    [InlineData("train")]
    public void PartsOfADatasetAreNotTakenForClasses(params string[] parts)
    {
        foreach (string part in parts)
        {
            _folder.WriteText($"flowers/{part}/rose/1.jpg", "");
            _folder.WriteText($"flowers/{part}/tulip/1.jpg", "");
        }

        string root = _folder.PathOf("flowers");
        AssertFails(() => ImageDataset.FromFolder(root), $"'{parts[0]}'", $"{root}/{parts[0]}", "not classes");
        AssertFails(() => ImageDataset.FromFolder(root, ["rose", "tulip"]), $"{root}/{parts[0]}");
        Assert.Equal(["rose", "tulip"], ImageDataset.FromFolder(_folder.PathOf($"flowers/{parts[0]}")).ClassNames);
        Assert.Equal(parts, ImageDataset.FromFolder(root, parts).ClassNames); // the caller says so
    }

    [Fact]
    public void AVehicleMayBeNamedTrain()
    {
        _folder.WriteText("set/car/1.jpg", "");
        _folder.WriteText("set/train/1.jpg", "");
        ImageDataset dataset = ImageDataset.FromFolder(_folder.PathOf("set"));
        Assert.Equal(["car", "train"], dataset.ClassNames);
        Assert.Empty(dataset.Remarks);
    }

    [Fact]
    public void ClassFoldersThatHoldOnlyFoldersAreRemarkedOn()
    {
        foreach (string name in new[] { "2019/rose/1.jpg", "2019/tulip/1.jpg", "2020/rose/1.jpg" })
            _folder.WriteText($"set/{name}", "");
        string remark = Assert.Single(ImageDataset.FromFolder(_folder.PathOf("set")).Remarks);
        Assert.Contains("holds only folders (rose, tulip)", remark, StringComparison.Ordinal);
        Assert.Contains($"read '{_folder.PathOf("set")}/2019' instead", remark, StringComparison.Ordinal);
        _folder.WriteText("set/2020/2.jpg", "");
        Assert.Empty(ImageDataset.FromFolder(_folder.PathOf("set")).Remarks);
    }

    [Theory]
    [InlineData("ice bear", "ice_bear", "differ only in '_' and ' '")]
    [InlineData("caf\u00e9", "cafe\u0301", "how Unicode stores accented letters")]
    [InlineData("B\u00e4r_1", "Ba\u0308r 1", "how Unicode stores accented letters")]
    public void FoldersThatNameOneClassAreRefused(string first, string second, string difference)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Other file systems take some of these names for one.");
        _folder.WriteText($"set/{first}/1.jpg", "");
        _folder.WriteText($"set/{second}/1.jpg", "");
        AssertFails(() => ImageDataset.FromFolder(_folder.PathOf("set")), "0 and 1", difference);
        AssertFails(() => ImageDataset.FromFolder(_folder.PathOf("set"), [first]), "0 and 1", difference);
    }

    [Fact]
    public void AFolderIsMatchedToItsClassHoweverItsNameIsStored()
    {
        _folder.WriteText("set/cafe\u0301/1.jpg", "");
        _folder.WriteText("set/red_circle/1.jpg", "");
        ImageDataset dataset = ImageDataset.FromFolder(_folder.PathOf("set"), ["red circle", "caf\u00e9"]);
        Assert.Equal([1, 0], dataset.Select(image => image.Label));
        AssertFails(
            () => ImageDataset.FromFolder(_folder.PathOf("set"), ["Red circle", "caf\u00e9"]),
            "differ only in upper and lower case"
        );
    }

    private static async Task Shell(string script, string argument)
    {
        using Process run = Process.Start("sh", ["-c", script, "sh", argument]);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, run.ExitCode);
    }

    private static void AssertFails(Func<object> read, params string[] parts)
    {
        string message = Assert.Throws<LiftPlusException>(read).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private sealed class RawDecoder(params string[] endings) : IImageDecoder
    {
        public IReadOnlyCollection<string> FileExtensions => endings;

        public RgbImage Decode(ReadOnlySpan<byte> encoded, string name) => throw new NotSupportedException();
    }
}
