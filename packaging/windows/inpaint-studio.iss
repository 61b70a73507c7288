; Inno Setup 6.3 or newer, on Windows: python packaging\windows\setup_files.py writes the files named in build\windows,
; then: iscc /DVersion=0.2.0 /DProgram=dist\inpaint-studio-0.2.0-cpu-windows-x86_64 packaging\windows\inpaint-studio.iss
; (Program is looked for below the folder of the sources.)

#define AppId "io.github.inpaint_studio.InpaintStudio"
#define Root AddBackslash(SourcePath) + "..\.."
#ifndef Version
  #error Give the version: /DVersion=0.2.0
#endif
#ifndef Program
  #error Give the folder of the build: /DProgram=dist\NAME
#endif
#define Chinese AddBackslash(CompilerPath) + "Languages\ChineseSimplified.isl"

[Setup]
AppId={{5D0F0C4B-4E55-4B0C-9E0B-8A4C4D2A7E61}
AppName=Inpaint Studio
AppVersion={#Version}
AppPublisher=The Inpaint Studio authors
VersionInfoVersion={#Version}
DefaultDirName={autopf}\Inpaint Studio
DefaultGroupName=Inpaint Studio
DisableProgramGroupPage=yes
; For this user, or with the rights of an administrator for all: the first page asks.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
; Closes a running older version before its files are replaced, and asks before that.
CloseApplications=yes
RestartApplications=no
ChangesAssociations=yes
LicenseFile={#Root}\LICENSE
SetupIconFile={#Root}\build\windows\inpaint-studio.ico
UninstallDisplayIcon={app}\inpaint-studio.exe
OutputDir={#Root}\dist
OutputBaseFilename={#ExtractFileName(Program)}-setup
Compression=lzma2
SolidCompression=yes
WizardStyle=modern

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
#if FileExists(Chinese)
Name: "zh"; MessagesFile: "compiler:Languages\ChineseSimplified.isl"
#endif

[CustomMessages]
en.Comment=Fill holes in photos
en.Picture=Picture
en.Project=Inpaint Studio project
#if FileExists(Chinese)
zh.Comment=填补照片中的洞
zh.Picture=图片
zh.Project=Inpaint Studio 项目
#endif

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked

[InstallDelete]
; Modules of an older version must not be found beside the new ones. Settings and weights are elsewhere.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Root}\{#Program}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\Inpaint Studio"; Filename: "{app}\inpaint-studio.exe"; Comment: "{cm:Comment}"; AppUserModelID: "{#AppId}"
Name: "{autodesktop}\Inpaint Studio"; Filename: "{app}\inpaint-studio.exe"; Tasks: desktopicon; AppUserModelID: "{#AppId}"

[Registry]
; The program is offered under "Open with". What opens pictures by default stays what it is.
Root: HKA; Subkey: "Software\Classes\InpaintStudio.Picture"; ValueType: string; ValueData: "{cm:Picture}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\InpaintStudio.Picture\DefaultIcon"; ValueType: string; ValueData: "{app}\inpaint-studio.exe,0"
Root: HKA; Subkey: "Software\Classes\InpaintStudio.Picture\shell\open\command"; ValueType: string; ValueData: """{app}\inpaint-studio.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\InpaintStudio.Project"; ValueType: string; ValueData: "{cm:Project}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\InpaintStudio.Project\DefaultIcon"; ValueType: string; ValueData: "{app}\inpaint-studio.exe,0"
Root: HKA; Subkey: "Software\Classes\InpaintStudio.Project\shell\open\command"; ValueType: string; ValueData: """{app}\inpaint-studio.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\Applications\inpaint-studio.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "Inpaint Studio"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\InpaintStudio"; Flags: uninsdeletekeyifempty
Root: HKA; Subkey: "Software\InpaintStudio\Capabilities"; ValueType: string; ValueName: "ApplicationName"; ValueData: "Inpaint Studio"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\InpaintStudio\Capabilities"; ValueType: string; ValueName: "ApplicationDescription"; ValueData: "{cm:Comment}"
Root: HKA; Subkey: "Software\RegisteredApplications"; ValueType: string; ValueName: "InpaintStudio"; ValueData: "Software\InpaintStudio\Capabilities"; Flags: uninsdeletevalue
; One row for each suffix, from the program's table of formats.
#include "..\..\build\windows\file-types.iss"

[Run]
Filename: "{app}\inpaint-studio.exe"; Description: "{cm:LaunchProgram,Inpaint Studio}"; Flags: nowait postinstall skipifsilent
