# Puts the release beside this script into a web server's folder on Windows; needs PowerShell 5, no Python.
#   powershell -ExecutionPolicy Bypass -File receive.ps1 C:\inetpub\wwwroot [-Adopt]
# Every file is checked first: when one is damaged or missing, nothing is changed. Broken off at any moment, run it again.
# Files are put beside the site and renamed one by one, in order; what goes, goes last.

param(
    [Parameter(Position = 0)] [string] $Root = '',
    [switch] $Adopt
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$chinese = (Get-UICulture).Name -like 'zh*'
try { [Console]::OutputEncoding = [Text.Encoding]::UTF8 } catch { }
$utf8 = New-Object Text.UTF8Encoding $false

function Say([string] $zh, [string] $en) { if ($chinese) { $zh } else { $en } }

function Stop-With([string] $zh, [string] $en) {
    [Console]::Error.WriteLine((Say $zh $en))
    exit 2
}

if (-not $Root) {
    Stop-With '用法：powershell -ExecutionPolicy Bypass -File receive.ps1 网站文件夹 [-Adopt]' `
        'Usage: powershell -ExecutionPolicy Bypass -File receive.ps1 FOLDER-OF-THE-WEB-SERVER [-Adopt]'
}

function Get-Sha256([string] $path) {
    $algorithm = [Security.Cryptography.SHA256]::Create()
    $stream = [IO.File]::OpenRead($path)
    try { return ([BitConverter]::ToString($algorithm.ComputeHash($stream)) -replace '-', '').ToLowerInvariant() }
    finally { $stream.Dispose(); $algorithm.Dispose() }
}

# Name → hash, in the order of the lines; nothing where there is no such file.
function Read-Sums([string] $path) {
    $found = New-Object Collections.Specialized.OrderedDictionary ([StringComparer]::Ordinal)
    if ([IO.File]::Exists($path)) {
        foreach ($line in [IO.File]::ReadAllLines($path, $utf8)) {
            if ($line -cmatch '^([0-9a-f]{64})  (.+)$') {
                $sum = $Matches[1]
                $name = $Matches[2]
                $outside = ($name -split '/') | Where-Object { $_ -eq '' -or $_ -eq '.' -or $_ -eq '..' }
                if (-not $outside -and $name -notmatch '[\\:]') { $found[$name] = $sum }
            }
        }
    }
    return , $found
}

function Join-Name([string] $folder, [string] $name) { return [IO.Path]::Combine($folder, $name.Replace('/', '\')) }

function Test-Sum([string] $path, [string] $sum) {
    return [IO.File]::Exists($path) -and (Get-Sha256 $path) -ceq $sum
}

# What is no folder of its own above a name: a file, or a link that leads elsewhere; nothing where the way is free.
function Find-Block([string] $name) {
    $above = $Root
    foreach ($step in ($name -split '/') | Select-Object -SkipLast 1) {
        $above = [IO.Path]::Combine($above, $step)
        if ([IO.File]::Exists($above)) { return $above }
        if (-not [IO.Directory]::Exists($above)) { return '' }
        if ([IO.File]::GetAttributes($above) -band [IO.FileAttributes]::ReparsePoint) { return $above }
    }
    return ''
}

# Another program (a virus scanner, the web server) may have the file open for a moment.
function Move-Over([string] $source, [string] $target) {
    foreach ($pause in 50, 100, 200, 400, 800, 1600, 0) {
        try {
            if ([IO.File]::Exists($target)) { [IO.File]::Replace($source, $target, [NullString]::Value) }
            else { [IO.File]::Move($source, $target) }
            return
        }
        catch [IO.IOException], [UnauthorizedAccessException] {
            if (-not $pause) { throw }
            Start-Sleep -Milliseconds $pause
        }
    }
}

function Save-List([string] $source, [string] $name) {
    $beside = [IO.Path]::Combine($next, 'list')
    [IO.File]::Copy($source, $beside, $true)
    Move-Over $beside ([IO.Path]::Combine($Root, $name))
}

# ── is the release whole?

$here = $PSScriptRoot
$about = @{}
$aboutPath = [IO.Path]::Combine($here, 'release.txt')
if ([IO.File]::Exists($aboutPath)) {
    foreach ($line in [IO.File]::ReadAllLines($aboutPath, $utf8)) {
        $name, $value = $line -split ' ', 2
        $about[$name] = "$value".Trim()
    }
}
if (-not ($about['release'] -cmatch '^\d{8}-\d+$')) {
    Stop-With 'U盘上的这一版不完整：缺 release.txt。网站没有改动。请重新发布到U盘。' `
        'The release on the stick is not whole: release.txt is missing. Nothing was changed. Publish to the stick again.'
}
$id = $about['release']
$sumsPath = [IO.Path]::Combine($here, 'checksums.sha256')
$recordPath = [IO.Path]::Combine($here, '.bulletin-record.json')
if (-not (Test-Sum $sumsPath "$($about['checksums'])") -or -not (Test-Sum $recordPath "$($about['record'])")) {
    Stop-With 'U盘上的文件清单坏了。网站没有改动。请重新发布到U盘。' `
        'The list of files on the stick is damaged. Nothing was changed. Publish to the stick again.'
}
$sums = Read-Sums $sumsPath
$files = [IO.Path]::Combine($here, 'files')
$bad = @($sums.Keys | Where-Object { -not (Test-Sum (Join-Name $files $_) $sums[$_]) } | Select-Object -First 3)
if ($bad.Count) {
    Stop-With "U盘上有文件坏了或缺了：$($bad -join '，')。网站没有改动。请重新发布到U盘。" `
        "Files on the stick are damaged or missing: $($bad -join ', '). Nothing was changed. Publish to the stick again."
}

# ── what has to change, and is it ours?

$next = ''
$half = $false
try {
    $Root = [IO.Directory]::CreateDirectory($ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Root)).FullName
    $receivedPath = [IO.Path]::Combine($Root, '.bulletin-received.sha256')
    $receivingPath = [IO.Path]::Combine($Root, '.bulletin-receiving.sha256')
    $received = Read-Sums $receivedPath
    $receiving = Read-Sums $receivingPath
    $needed = @($sums.Keys | Where-Object { -not (Test-Sum (Join-Name $Root $_) $sums[$_]) })
    foreach ($name in $needed) {
        $above = Find-Block $name
        if ($above) {
            Stop-With "$above 挡住了要放的文件。网站没有改动。请先把它移开。" `
                "$above is in the way. Nothing was changed. Move it away first."
        }
        $path = Join-Name $Root $name
        if ([IO.Directory]::Exists($path)) {
            Stop-With "$path 挡住了要放的文件。网站没有改动。请先把它移开。" `
                "$path is in the way. Nothing was changed. Move it away first."
        }
    }
    $strangers = @($needed | Where-Object {
            -not $Adopt -and -not $received.Contains($_) -and -not $receiving.Contains($_) -and [IO.File]::Exists((Join-Name $Root $_))
        } | Select-Object -First 3)
    if ($strangers.Count) {
        Stop-With "网站文件夹里有不是我们放的同名文件：$($strangers -join '，')。网站没有改动。要换掉它们，请加 -Adopt。" `
            "In the folder are files of these names that are not ours: $($strangers -join ', '). Nothing was changed. To replace them, add -Adopt."
    }

    # ── beside the site, whole

    $bytes = New-Object byte[] 16
    $random = [Security.Cryptography.RandomNumberGenerator]::Create()
    $random.GetBytes($bytes)
    $random.Dispose()
    $next = [IO.Path]::Combine($Root, '.bulletin-next-' + ([BitConverter]::ToString($bytes) -replace '-', '').ToLowerInvariant())
    [void] [IO.Directory]::CreateDirectory($next)
    foreach ($name in $needed) {
        $staged = Join-Name $next "site/$name"
        [void] [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($staged))
        [IO.File]::Copy((Join-Name $files $name), $staged, $true)
        [IO.File]::SetAttributes($staged, [IO.FileAttributes]::Normal)
        if (-not (Test-Sum $staged $sums[$name])) { throw (New-Object IO.IOException $staged) }
    }

    # ── renamed into place, in order; what goes, goes last

    if ([IO.File]::Exists($receivingPath)) {
        $both = [IO.Path]::Combine($next, 'both')
        $lines = @($received, $receiving | ForEach-Object { $list = $_; $list.Keys | ForEach-Object { "$($list[$_])  $_" } })
        [IO.File]::WriteAllText($both, (($lines | ForEach-Object { "$_`n" }) -join ''), $utf8)
        Save-List $both '.bulletin-received.sha256'
    }
    Save-List $sumsPath '.bulletin-receiving.sha256'
    $half = $true
    foreach ($name in $needed) {
        $path = Join-Name $Root $name
        [void] [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path))
        Move-Over (Join-Name $next "site/$name") $path
    }
    foreach ($name in @($received.Keys) + @($receiving.Keys) | Where-Object { -not $sums.Contains($_) } | Select-Object -Unique) {
        $path = Join-Name $Root $name
        if (Find-Block $name) { continue }
        if ([IO.File]::Exists($path)) { [IO.File]::Delete($path) }
        $folder = [IO.Path]::GetDirectoryName($path)
        while ($folder.Length -gt $Root.Length -and [IO.Directory]::Exists($folder) -and
            -not @([IO.Directory]::GetFileSystemEntries($folder)).Count) {
            [IO.Directory]::Delete($folder)
            $folder = [IO.Path]::GetDirectoryName($folder)
        }
    }
    Save-List $recordPath '.bulletin-record.json'
    Save-List $sumsPath '.bulletin-received.sha256'
    [IO.File]::Delete($receivingPath)
    $half = $false
    foreach ($leftover in [IO.Directory]::GetDirectories($Root, '.bulletin-next-*')) { [IO.Directory]::Delete($leftover, $true) }
}
catch [IO.IOException], [UnauthorizedAccessException] {
    $reason = $_.Exception.GetBaseException().Message
    if ($half) {
        Stop-With "有的文件换了，有的没换成：$reason 排除原因后，请再运行一次。" `
            "Some files were replaced, and others could not be: $reason Remove the cause, then run it again."
    }
    Stop-With "写不进 ${Root}：$reason 网站没有改动。" "$Root cannot be written: $reason The site is as it was."
}
finally {
    if ($next -and [IO.Directory]::Exists($next)) { try { [IO.Directory]::Delete($next, $true) } catch { } }
}
Say "已发布：$id。文件在 $Root" "Published: $id. The files are in $Root"
